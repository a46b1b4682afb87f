package dev.rowhouse.app.data;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Some rows of an answer with all that stands around and between them, ready to be sent.
 *
 * @param rows in the answer so far, this chunk included; null where they are not known one by one
 * @param last whether the answer ends with it
 */
record Chunk(ByteBuf bytes, @Nullable Long rows, boolean last) {

    void release() {
        bytes.release();
    }
}
