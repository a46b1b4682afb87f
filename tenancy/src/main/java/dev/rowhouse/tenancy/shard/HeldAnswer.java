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

    /** Takes the part over and frees what it was read into, or refuses it: then it stays whoever's it was. */
    void add(ByteBuf part) {
        size += part.readableBytes();
        if (size > LIMIT) {
            // Not freed here: the operator that collects frees what it was not rid of.
            throw new ShardError.AnswerTooLarge(LIMIT);
        }
        try {
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
