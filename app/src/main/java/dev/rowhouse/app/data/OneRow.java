package dev.rowhouse.app.data;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/** The first of some rows and how many there were. */
final class OneRow {

    private static final byte[] NOTHING = {};

    private byte[] first = NOTHING;
    private long rows;

    // Copied, for nobody releases what is under way when the client leaves.
    void add(ByteBuf row) {
        try {
            if (rows++ == 0) {
                first = ByteBufUtil.getBytes(row);
            }
        } finally {
            row.release();
        }
    }

    long rows() {
        return rows;
    }

    byte[] first() {
        return first;
    }
}
