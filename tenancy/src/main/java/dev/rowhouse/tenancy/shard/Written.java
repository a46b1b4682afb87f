package dev.rowhouse.tenancy.shard;

import java.util.List;

/**
 * What a write did.
 *
 * @param rows how many rows it changed
 * @param inserted how many of them are new, where the statement told; else as many as changed
 * @param shown the rows of the answer, each as PostgreSQL rendered it, in UTF-8
 */
public record Written(long rows, long inserted, List<byte[]> shown) {

    public Written {
        shown = List.copyOf(shown);
    }

    static Written counted(long rows) {
        return new Written(rows, rows, List.of());
    }
}
