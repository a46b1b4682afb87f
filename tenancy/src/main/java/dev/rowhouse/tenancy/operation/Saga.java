package dev.rowhouse.tenancy.operation;

import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * The steps of one type of operation.
 *
 * @param type stored with each operation: never rename
 * @param afterwards runs once the operation has ended, before anyone is told; what it does is lost in a crash
 */
public record Saga(String type, List<OperationStep> steps, Function<OperationRun, Mono<Void>> afterwards) {

    public Saga {
        steps = List.copyOf(steps);
    }

    List<String> stepNames() {
        return steps.stream().map(OperationStep::name).toList();
    }
}
