package dev.rowhouse.tenancy.shard;

import java.io.ByteArrayOutputStream;

/** Collects JSON values into one array in UTF-8, up to a limit. */
final class JsonArray {

    private static final long LIMIT = 10L * 1024 * 1024;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    private long size;

    JsonArray() {
        bytes.write('[');
    }

    void add(byte[] value) {
        if (bytes.size() + value.length + 2L > LIMIT) {
            throw new ShardError.AnswerTooLarge(LIMIT);
        }
        if (size++ > 0) {
            bytes.write(',');
        }
        bytes.writeBytes(value);
    }

    Written written() {
        bytes.write(']');
        return new Written(size, bytes.toByteArray());
    }
}
