package dev.rowhouse.tenancy.usage;

import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.crypto.UuidV7;
import dev.rowhouse.platform.database.Database;
import dev.rowhouse.platform.messaging.InboxConsumer;
import dev.rowhouse.platform.messaging.Rebuild;
import dev.rowhouse.platform.messaging.Subscription;
import dev.rowhouse.tenancy.Actor;
import dev.rowhouse.tenancy.operation.Acceptance;
import dev.rowhouse.tenancy.operation.OperationOrder;
import dev.rowhouse.tenancy.operation.OperationRun;
import dev.rowhouse.tenancy.operation.OperationRunner;
import dev.rowhouse.tenancy.operation.Saga;
import dev.rowhouse.tenancy.relay.Relay;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The projections of this product: kept up with the events, and rebuilt by an operation. */
public final class Projections {

    /** The type of the operation: never rename. */
    public static final String TYPE = "rebuild-projection";

    private final List<Projection> all;
    private final ProjectionRows rows;
    private final @Nullable Rebuild rebuild;

    /** @param rebuild null without Kafka */
    public Projections(Database control, @Nullable Rebuild rebuild) {
        this.all = List.of(new UsageProjection(control), new FleetProjection(control));
        this.rows = new ProjectionRows(control);
        this.rebuild = rebuild;
    }

    /** Begins to take events to every projection. */
    public void start(InboxConsumer consumer, BackgroundWork background) {
        for (var projection : all) {
            consumer.start(
                    background,
                    new Subscription(projection.name(), Relay.TOPIC, events -> projection.take(events, null, null)));
        }
    }

    /** Returns the operation as a runner knows it. */
    public Saga saga() {
        return new Saga(TYPE, List.of(new RebuildStep(this, rows, rebuild)), _ -> Mono.empty());
    }

    /** Starts the rebuild of a projection, or fails with a {@link ProjectionError}. */
    public Mono<Acceptance> rebuild(OperationRunner runner, String name, Actor actor) {
        return Mono.defer(() -> {
            var names = all.stream().map(Projection::name).toList();
            if (!names.contains(name)) {
                return Mono.error(new ProjectionError.Unknown(name, names));
            }
            if (rebuild == null) {
                return Mono.error(new ProjectionError.NoEvents(name));
            }
            var run = new OperationRun(UuidV7.next(), TYPE, null, Map.of(RebuildStep.PROJECTION, name), actor, null);
            var begun = rows.begin(name, run.id())
                    .filter(begins -> begins)
                    .switchIfEmpty(Mono.error(() -> new ProjectionError.Running(name)))
                    .then();
            return runner.accept(new OperationOrder(run, Set.of(), null), begun);
        });
    }

    Projection get(String name) {
        return all.stream()
                .filter(projection -> projection.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
