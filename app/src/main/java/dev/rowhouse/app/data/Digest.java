package dev.rowhouse.app.data;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;

/** The SHA-256 of what comes in parts; each part of a request is told from the next. */
final class Digest {

    private final MessageDigest digest = sha256();

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(sha256().digest(bytes));
    }

    Digest line(@Nullable String text) {
        digest.update((text == null ? "" : text).getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
        return this;
    }

    /** Takes the bytes in without consuming them. */
    Digest bytes(DataBuffer part) {
        try (var buffers = part.readableByteBuffers()) {
            buffers.forEachRemaining(digest::update);
        }
        return this;
    }

    Digest bytes(byte[] part) {
        digest.update(part);
        return this;
    }

    /** Returns the hash and begins anew. */
    String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
