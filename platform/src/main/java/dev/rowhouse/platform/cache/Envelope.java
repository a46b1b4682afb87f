package dev.rowhouse.platform.cache;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;

/** How a value lies in Redis: behind a header that says whose it is, what it answers and what it holds. */
final class Envelope {

    private static final int VERSION = 0x52480001;

    private Envelope() {}

    /** What Redis brought is not what was asked for. */
    static final class Mismatch extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Mismatch(String what) {
            super(what, null, false, false);
        }
    }

    static byte[] seal(CacheKey key, Kept kept) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(VERSION);
            write(out, key.scope().value());
            write(out, key.text());
            write(out, kept.stamp().reader());
            out.writeLong(kept.stamp().moment());
            out.writeLong(kept.stamp().position());
            out.writeLong(kept.until());
            out.writeInt(kept.parts().size());
            for (var part : kept.parts()) {
                write(out, part);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Returns what lies in it, or fails with {@link Mismatch} if it is not this key's. */
    static Kept open(CacheKey key, byte[] sealed) {
        try (var in = new DataInputStream(new ByteArrayInputStream(sealed))) {
            require(in.readInt() == VERSION, "version");
            require(text(in).equals(key.scope().value()), "scope");
            require(text(in).equals(key.text()), "key");
            var stamp = new Stamp(text(in), in.readLong(), in.readLong());
            var until = in.readLong();
            var count = in.readInt();
            require(count >= 0 && count <= in.available() / Integer.BYTES, "parts");
            var parts = new ArrayList<byte[]>(count);
            for (int part = 0; part < count; part++) {
                parts.add(bytes(in));
            }
            require(in.available() == 0, "length");
            return new Kept(stamp, until, parts);
        } catch (IOException e) {
            throw new Mismatch("length");
        }
    }

    private static void write(DataOutputStream out, String text) throws IOException {
        write(out, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void write(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(bytes(in), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(DataInputStream in) throws IOException {
        var length = in.readInt();
        require(length >= 0 && length <= in.available(), "length");
        return in.readNBytes(length);
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new Mismatch(what);
        }
    }
}
