package dev.rowhouse.tenancy.onboarding;

import dev.rowhouse.tenancy.directory.TenantLife;
import dev.rowhouse.tenancy.directory.Transition;
import dev.rowhouse.tenancy.operation.OperationRun;
import dev.rowhouse.tenancy.operation.OperationStep;
import dev.rowhouse.tenancy.operation.Progress;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Holds the slug. Taken by the transaction that accepts the order; undone, the tenant has failed and the slug is free. */
record ReserveStep(TenantLife life) implements OperationStep {

    static final String NAME = "reserve";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Mono<Progress> apply(OperationRun run) {
        return Mono.just(Progress.DONE);
    }

    @Override
    public Mono<Void> undo(OperationRun run) {
        return life.pass(
                run.tenant(), Transition.ONBOARDING_FAILED, OnboardingSaga.ITSELF, run.error(), operation(run));
    }

    static Map<String, Object> operation(OperationRun run) {
        return Map.of("operation", run.id().toString());
    }
}
