package dev.rowhouse.tenancy.shard;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.r2dbc.spi.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Holds the rows of a write's answer until it is committed, up to a limit. */
final class ShownRows {

    static final long LIMIT = 10L * 1024 * 1024;
    // What stands between rows in an answer, and around them.
    private static final int MARK = 1;

    /** A row of the answer; no body where there is nothing to show. */
    record Part(byte @Nullable [] body, long changed, long inserted) {

        static Part ofRow(Row row) {
            return new Part(body(row), 1, 1);
        }

        static Part ofTally(Row row) {
            return new Part(body(row), number(row, 1), number(row, 2));
        }

        private static byte @Nullable [] body(Row row) {
            var body = row.get(0, ByteBuf.class);
            if (body == null) {
                return null;
            }
            try {
                return ByteBufUtil.getBytes(body);
            } finally {
                body.release();
            }
        }

        private static long number(Row row, int column) {
            return Objects.requireNonNull(row.get(column, Long.class), "a number of rows");
        }
    }

    private final boolean tallied;
    private final long limit;
    private final List<byte[]> bodies = new ArrayList<>();
    private long size = MARK;
    private long changed;
    private long inserted;

    /**
     * @param tallied whether each part tells of the whole, and not of itself
     * @param limit of the answer's bytes
     */
    ShownRows(boolean tallied, long limit) {
        this.tallied = tallied;
        this.limit = limit;
    }

    void add(Part part) {
        changed = tallied ? part.changed() : changed + part.changed();
        inserted = tallied ? part.inserted() : inserted + part.inserted();
        var body = part.body();
        if (body == null) {
            return;
        }
        size += body.length + MARK;
        if (size > limit) {
            throw new ShardError.AnswerTooLarge(limit);
        }
        bodies.add(body);
    }

    Written written() {
        return new Written(changed, inserted, bodies, null);
    }
}
