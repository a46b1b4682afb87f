package dev.rowhouse.tenancy.onboarding;

import dev.rowhouse.tenancy.directory.TenantLife;
import dev.rowhouse.tenancy.directory.Transition;
import dev.rowhouse.tenancy.operation.OperationRun;
import dev.rowhouse.tenancy.operation.OperationStep;
import dev.rowhouse.tenancy.operation.Progress;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Opens the door. The last step, so it is never undone. */
record ActivateStep(TenantLife life) implements OperationStep {

    @Override
    public String name() {
        return "activate";
    }

    @Override
    public Mono<Progress> apply(OperationRun run) {
        return life.pass(run.tenant(), Transition.ACTIVATED, run.actor(), null, ReserveStep.operation(run))
                .thenReturn(new Progress.Done(Map.of("slug", run.slug().value())));
    }

    @Override
    public Mono<Void> undo(OperationRun run) {
        return Mono.empty();
    }
}
