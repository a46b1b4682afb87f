package dev.rowhouse.tenancy.operation;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An operation to be stored.
 *
 * @param done names of the steps that the storing transaction itself takes
 * @param request by which a repeated order is recognised; null for none
 */
public record OperationOrder(
        OperationRun run, Set<String> done, @Nullable IdempotentRequest request) {

    public OperationOrder {
        done = Set.copyOf(done);
    }

    Operation operation(Saga saga) {
        var now = Instant.now();
        var steps = saga.stepNames().stream().map(name -> step(name, now)).toList();
        var state = done.containsAll(saga.stepNames()) ? Operation.State.SUCCEEDED : Operation.State.RUNNING;
        return new Operation(run.id(), run.type(), run.subject(), state, steps, Map.of(), null, run.actor(), now, now);
    }

    private Operation.Step step(String name, Instant now) {
        return done.contains(name)
                ? new Operation.Step(name, Operation.State.SUCCEEDED, 1, now, now, null)
                : new Operation.Step(name, Operation.State.QUEUED, 0, null, null, null);
    }
}
