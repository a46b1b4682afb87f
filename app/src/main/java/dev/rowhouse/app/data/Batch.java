package dev.rowhouse.app.data;

import dev.rowhouse.tenancy.shard.Isolation;
import dev.rowhouse.tenancy.shard.TransactionMode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Calls of {@code /rest/v1} that happen all or not at all, in their order. */
record Batch(Isolation isolation, boolean readOnly, List<Call> calls) {

    private static final int ATTEMPTS = 5;

    /**
     * One call.
     *
     * @param path below {@code /rest/v1/}, encoded
     * @param query encoded; null for none
     */
    record Call(String method, String path, @Nullable String query, Map<String, String> headers, byte[] body) {}

    Batch {
        calls = List.copyOf(calls);
    }

    TransactionMode mode() {
        return new TransactionMode(isolation, readOnly, ATTEMPTS);
    }
}
