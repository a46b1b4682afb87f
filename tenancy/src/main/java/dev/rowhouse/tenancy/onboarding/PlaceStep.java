package dev.rowhouse.tenancy.onboarding;

import dev.rowhouse.platform.database.Database;
import dev.rowhouse.tenancy.onboarding.Placement.Wish;
import dev.rowhouse.tenancy.operation.OperationRun;
import dev.rowhouse.tenancy.operation.OperationStep;
import dev.rowhouse.tenancy.operation.Progress;
import dev.rowhouse.tenancy.shard.ShardDefinition;
import java.util.Objects;
import reactor.core.publisher.Mono;

/** Chooses the tenant's shard. Nothing is created by it, so there is nothing to undo. */
record PlaceStep(Database database, Fleet fleet) implements OperationStep {

    // Repeated after a crash of the database if it was forgotten; see Houses.
    private static final String PLACE = """
            WITH unhurried AS (SELECT set_config('synchronous_commit', 'off', true)),
            placed AS (
                UPDATE tenant SET shard = :shard, region = :region, version = version + 1
                WHERE id = :tenant AND state = 'provisioning'
                RETURNING id, version)
            INSERT INTO tenant_event (tenant, sequence, type, actor, data)
            SELECT id, version, 'tenant.placed', :actor, jsonb_build_object('shard', :shard, 'region', :region)
            FROM placed, unhurried
            """;

    @Override
    public String name() {
        return "place";
    }

    @Override
    public Mono<Progress> apply(OperationRun run) {
        var plan = Objects.requireNonNull(run.text("plan"), "plan");
        return fleet.choose(new Wish(plan, run.text("region")), run.text("shard"))
                .flatMap(shard -> place(run, shard))
                .thenReturn(Progress.DONE);
    }

    @Override
    public Mono<Void> undo(OperationRun run) {
        return Mono.empty();
    }

    private Mono<Long> place(OperationRun run, ShardDefinition shard) {
        return database.client()
                .sql(PLACE)
                .bind("tenant", run.tenant().value())
                .bind("shard", shard.name().value())
                .bind("region", shard.region())
                .bind("actor", OnboardingSaga.ITSELF.value())
                .fetch()
                .rowsUpdated();
    }
}
