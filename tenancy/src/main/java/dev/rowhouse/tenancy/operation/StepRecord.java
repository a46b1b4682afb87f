package dev.rowhouse.tenancy.operation;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a step went.
 *
 * @param run with the error it is compensated for, if it is
 * @param end the state in which the operation ends with this step, or null
 */
record StepRecord(
        OperationRun run,
        String name,
        Operation.State state,
        int attempts,
        Instant startedAt,
        Map<String, Object> result,
        @Nullable String error,
        Operation.@Nullable State end) {

    boolean compensating() {
        return run.error() != null;
    }
}
