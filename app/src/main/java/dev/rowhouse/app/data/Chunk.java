package dev.rowhouse.app.data;

import io.netty.buffer.ByteBuf;

/**
 * Some rows of an answer with all that stands around and between them, ready to be sent.
 *
 * @param rows in the answer so far, this chunk included
 * @param last whether the answer ends with it
 */
record Chunk(ByteBuf bytes, long rows, boolean last) {

    void release() {
        bytes.release();
    }
}
