package dev.rowhouse.tenancy.onboarding;

import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.directory.ShardRegistry;
import dev.rowhouse.tenancy.operation.OperationRun;
import dev.rowhouse.tenancy.operation.OperationStep;
import dev.rowhouse.tenancy.operation.Progress;
import dev.rowhouse.tenancy.shard.ShardDefinition;
import dev.rowhouse.tenancy.shard.ShardError;
import java.util.List;
import reactor.core.publisher.Mono;

/** Gives the tenant a house: a ready one if the warm pool has one, else one built for it. */
record HouseStep(Houses houses, ShardRegistry registry, HouseSupply supply, LaneDeck lanes) implements OperationStep {

    @Override
    public String name() {
        return "house";
    }

    @Override
    public Mono<Progress> apply(OperationRun run) {
        return houses.claim(run.tenant(), OnboardingSaga.ITSELF)
                .flatMap(claimed -> claimed ? Mono.just(true) : houses.isHoused(run.tenant()))
                .flatMap(housed -> housed ? Mono.just(Progress.DONE) : begin(run));
    }

    /** A house never entered is given back; one that was not finished is left for the sweeper. */
    @Override
    public Mono<Void> undo(OperationRun run) {
        return houses.giveBack(run.tenant(), OnboardingSaga.ITSELF);
    }

    private Mono<Progress> begin(OperationRun run) {
        return houses.shardOf(run.tenant())
                .map(this::definition)
                .flatMap(shard -> houses.begin(run.tenant(), lanes.deal(shard)))
                .map(house -> new Progress.Needs(build(house)));
    }

    private Mono<Void> build(House house) {
        return supply.build(List.of(house))
                .then(supply.touchIdle(house.shard()))
                .then(Mono.defer(() -> houses.built(house.id())));
    }

    private ShardDefinition definition(ShardName name) {
        return registry.known().stream()
                .filter(shard -> shard.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new ShardError.Unavailable(name, null));
    }
}
