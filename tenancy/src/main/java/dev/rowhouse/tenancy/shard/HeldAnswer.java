package dev.rowhouse.tenancy.shard;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/** An answer that nobody may see before its transaction has committed: on the heap, up to a limit. */
final class HeldAnswer {

    private static final long LIMIT = 10L * 1024 * 1024;

    private final List<ByteBuf> parts = new ArrayList<>();
    private long size;

    /** Takes the part over and frees what it was read into. */
    void add(ByteBuf part) {
        try {
            size += part.readableBytes();
            if (size > LIMIT) {
                throw new ShardError.AnswerTooLarge(LIMIT);
            }
            var bytes = new byte[part.readableBytes()];
            part.readBytes(bytes);
            parts.add(Unpooled.wrappedBuffer(bytes));
        } finally {
            part.release();
        }
    }

    List<ByteBuf> parts() {
        return parts;
    }
}
