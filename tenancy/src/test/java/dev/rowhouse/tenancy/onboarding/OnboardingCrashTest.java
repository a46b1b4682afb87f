package dev.rowhouse.tenancy.onboarding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.platform.postgres.PostgresEndpoint;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.operation.Failpoint;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * An instance stops dead at a failpoint; another one over the same control database and the same houses goes on. What the
 * first had in memory is lost, and nobody closes anything for it but its connections.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class OnboardingCrashTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final PostgresEndpoint endpoint = Installation.emptyControlDatabase();
    private final InMemoryHouses houses = new InMemoryHouses();
    private final InMemoryShards shards = new InMemoryShards();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "onboard.accept.after",
                "onboard.place.before",
                "onboard.place.after",
                "onboard.house.before",
                "onboard.house.working",
                "onboard.house.worked",
                "onboard.house.after",
                "onboard.activate.before",
                "onboard.activate.after"
            })
    void anOrderThatWasStoredIsMet(String point) {
        dieAt(point);

        try (var successor = Installation.over(endpoint, houses, shards, Failpoint.NONE)) {
            Installation.eventually(successor.look("SELECT state FROM tenant"), "active"::equals);
            Installation.eventually(successor.look("SELECT state FROM operation"), "succeeded"::equals);
            assertThat(successor.ask("SELECT count(*) FROM house WHERE state = 'taken'"))
                    .isEqualTo("1");
            assertThat(successor.ask("SELECT max(sequence) = count(*) FROM tenant_event"))
                    .isEqualTo("true");
            assertNoOrphan(successor);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = "onboard.accept.before")
    void anOrderThatWasNotStoredLeavesNothing(String point) {
        dieAt(point);

        try (var successor = Installation.over(endpoint, houses, shards, Failpoint.NONE)) {
            assertThat(successor.ask("SELECT count(*) FROM tenant")).isEqualTo("0");
            assertThat(successor.ask("SELECT count(*) FROM operation")).isEqualTo("0");
            successor.end(successor.accept("acme").operation().id());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "onboard.activate.undo.before",
                "onboard.house.undo.before",
                "onboard.house.undo.after",
                "onboard.place.undo.after",
                "onboard.reserve.undo.before",
                "onboard.reserve.undo.after"
            })
    void anOrderThatFailedIsCompensatedToTheEnd(String point) {
        houses.failure.set(new IllegalStateException("cannot be built"));
        dieAt(point);

        try (var successor = Installation.over(endpoint, houses, shards, Failpoint.NONE)) {
            Installation.eventually(successor.look("SELECT state FROM operation"), "compensated"::equals);
            assertThat(successor.ask("SELECT state FROM tenant")).isEqualTo("failed");
            assertThat(successor.ask("SELECT error FROM operation")).contains("house");
            houses.failure.set(null);
            successor.end(successor.accept("acme").operation().id());
            assertThat(successor.tenants.find(new Slug("acme")).blockOptional()).isPresent();
            assertNoOrphan(successor);
        }
    }

    private void assertNoOrphan(Installation installation) {
        installation.sweeper.sweep().block(PATIENCE);
        assertThat(installation.ask("SELECT count(*) FROM house WHERE state NOT IN ('taken', 'ready')"))
                .isEqualTo("0");
        assertThat(installation.ask("SELECT count(*) FROM house")).isEqualTo(String.valueOf(houses.standing.size()));
    }

    private void dieAt(String point) {
        var reached = Sinks.<String>one();
        Failpoint failpoint = name ->
                name.equals(point) ? Mono.<Void>never().doOnSubscribe(_ -> reached.tryEmitValue(name)) : Mono.empty();
        try (var dying = Installation.over(endpoint, houses, shards, failpoint)) {
            dying.register(InMemoryShards.shard("eu-1", "eu", 1));
            var request = dying.onboarding
                    .accept(Installation.order("acme"), null, Installation.OPERATOR)
                    .subscribe();
            reached.asMono().block(PATIENCE);
            request.dispose();
        }
    }
}
