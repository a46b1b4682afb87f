package dev.rowhouse.tenancy.onboarding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.tenancy.BlueprintVersion;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.ShardName;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;

/** The pool keeps four houses, built three at a time. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class WarmPoolTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final ShardName SHARD = new ShardName("eu-1");

    private final Installation installation = Installation.withShards(InMemoryShards.shard("eu-1", "eu", 1));

    @AfterEach
    void close() {
        installation.close();
    }

    @Test
    void itIsFilledInBatchesAndNotBeyondItsSize() {
        refill();
        assertThat(installation.houses.builds).hasValue(3);

        refill();
        refill();

        assertThat(ready()).isEqualTo("4");
        assertThat(installation.houses.builds).hasValue(4);
    }

    @Test
    void aShardOfWhichNothingIsMissingIsNotAsked() {
        refill();
        refill();
        assertThat(ready()).isEqualTo("4");
        var asked = installation.shards.asked.get();
        assertThat(asked).isEqualTo(2);

        refill();

        assertThat(installation.shards.asked).hasValue(asked);
    }

    @Test
    void severalInstancesKeepOnePool() {
        Flux.range(0, 8).flatMap(_ -> installation.pool.refill()).blockLast(PATIENCE);
        Flux.range(0, 8).flatMap(_ -> installation.pool.refill()).blockLast(PATIENCE);

        assertThat(ready()).isEqualTo("4");
        assertThat(installation.houses.builds).hasValue(4);
    }

    @Test
    void aTenantTakesAReadyHouse() {
        refill();

        var operation = installation.end(installation.accept("acme").operation().id());

        assertThat(operation.steps())
                .allSatisfy(step -> assertThat(step.attempts()).isEqualTo(1));
        assertThat(installation.houses.builds).hasValue(3);
        assertThat(ready()).isEqualTo("2");
    }

    @Test
    void housesHaveTwoDistinctLanes() {
        Flux.range(0, 2).concatMap(_ -> installation.pool.refill()).blockLast(PATIENCE);

        assertThat(installation.ask("SELECT bool_and(cardinality(lanes) = 2 AND lanes[1] <> lanes[2]) FROM house"))
                .isEqualTo("true");
    }

    @Test
    void aNewerVersionRetiresReadyHousesOfTheOlder() {
        refill();
        installation.end(installation.accept("acme").operation().id());
        installation.houses.newest.put("music", new BlueprintVersion("music", 2));

        refill();
        sweep();

        assertThat(installation.ask("SELECT string_agg(DISTINCT version::text, ' ') FROM house WHERE state = 'ready'"))
                .isEqualTo("2");
        assertThat(installation.ask("SELECT count(*) FROM house WHERE state = 'taken' AND version = 1"))
                .isEqualTo("1");
        assertThat(installation.houses.standing).hasSize(4);
    }

    @Test
    void aHouseStuckInBuildingIsRemovedOnceItsTimeIsOver() {
        installation.houses.failure.set(new IllegalStateException("the builder died"));
        refill();
        installation.houses.failure.set(null);

        sweep();
        assertThat(installation.ask("SELECT count(*) FROM house WHERE state = 'building'"))
                .isEqualTo("3");
        assertThat(installation.houses.standing).hasSize(1);

        installation.execute("UPDATE house SET created_at = created_at - interval '1 minute'");
        sweep();
        assertThat(installation.houses.standing).isEmpty();
        assertThat(installation.ask("SELECT count(*) FROM house")).isEqualTo("0");
    }

    @Test
    void aHouseThatTheControlDatabaseDoesNotKnowIsNeverRemoved() {
        var unknown = HouseId.random();
        installation.houses.standing.put(unknown, SHARD);

        sweep();
        installation.clock.move(Duration.ofDays(1));
        sweep();

        assertThat(installation.houses.standing).containsKey(unknown);
    }

    @Test
    void aScratchHouseIsRemovedWhenItIsOld() {
        var scratch = HouseId.scratch();
        installation.houses.standing.put(scratch, SHARD);

        sweep();
        installation.clock.move(Duration.ofMinutes(9));
        sweep();
        assertThat(installation.houses.standing).containsKey(scratch);

        installation.clock.move(Duration.ofMinutes(2));
        sweep();
        assertThat(installation.houses.standing).isEmpty();
    }

    private void refill() {
        installation.pool.refill().block(PATIENCE);
    }

    private void sweep() {
        installation.sweeper.sweep().block(PATIENCE);
    }

    private String ready() {
        return installation.ask("SELECT count(*) FROM house WHERE state = 'ready'");
    }
}
