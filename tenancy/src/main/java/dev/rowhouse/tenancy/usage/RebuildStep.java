package dev.rowhouse.tenancy.usage;

import dev.rowhouse.platform.messaging.MessagingError;
import dev.rowhouse.platform.messaging.Rebuild;
import dev.rowhouse.tenancy.operation.NotYet;
import dev.rowhouse.tenancy.operation.OperationRun;
import dev.rowhouse.tenancy.operation.OperationStep;
import dev.rowhouse.tenancy.operation.Progress;
import dev.rowhouse.tenancy.relay.Relay;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Makes a projection anew and puts it in the place of the old one, which stays until the next rebuild. */
final class RebuildStep implements OperationStep {

    static final String NAME = "rebuild";
    static final String PROJECTION = "projection";

    private final Projections projections;
    private final ProjectionRows rows;
    private final @Nullable Rebuild rebuild;

    RebuildStep(Projections projections, ProjectionRows rows, @Nullable Rebuild rebuild) {
        this.projections = projections;
        this.rows = rows;
        this.rebuild = rebuild;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Mono<Progress> apply(OperationRun run) {
        return rows.find(name(run)).map(state -> {
            var result = state.result();
            return result != null && run.id().equals(state.operation())
                    ? new Progress.Done(result)
                    : new Progress.Needs(work(run, state));
        });
    }

    @Override
    public Mono<Void> undo(OperationRun run) {
        var forgotten = rebuild == null ? Mono.<Void>empty() : rebuild.forget(Generation.consumer(run));
        return rows.giveUp(name(run), run.id()).then(forgotten);
    }

    private Mono<Void> work(OperationRun run, ProjectionRows.State state) {
        var projection = projections.get(name(run));
        var rebuilding = state.rebuilding();
        if (rebuild == null || rebuilding == null || !run.id().equals(state.operation())) {
            return Mono.error(() -> new NotYet("there is no Kafka configured, or the rebuild has ended"));
        }
        return cleared(projection, state.generation(), rebuilding)
                .then(rebuild.run(
                        projection.name(),
                        Relay.TOPIC,
                        new Generation(projection, rows, run, state.generation(), rebuilding)))
                .onErrorMap(MessagingError.class, failure -> new NotYet(String.valueOf(failure.getMessage())))
                .then();
    }

    private static Mono<Void> cleared(Projection projection, long live, long generation) {
        return Mono.defer(() -> projection.clear(live, generation))
                .repeat()
                .takeUntil(deleted -> deleted == 0)
                .then();
    }

    private static String name(OperationRun run) {
        return Objects.requireNonNull(run.text(PROJECTION));
    }
}
