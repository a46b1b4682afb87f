package dev.rowhouse.tenancy.shard;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a write did.
 *
 * @param rows how many rows it changed
 * @param inserted how many of them are new, where the statement told; else as many as changed
 * @param shown the rows of the answer, each as PostgreSQL rendered it, in UTF-8
 * @param head what the write's head told; null if it has none
 */
public record Written(
        long rows,
        long inserted,
        List<byte[]> shown,
        @Nullable String head) {

    public Written {
        shown = List.copyOf(shown);
    }

    Written told(String answer) {
        return new Written(rows, inserted, shown, answer);
    }

    static Written counted(long rows) {
        return new Written(rows, rows, List.of(), null);
    }
}
