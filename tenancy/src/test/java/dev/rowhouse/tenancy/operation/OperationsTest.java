package dev.rowhouse.tenancy.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.onboarding.InMemoryHouses;
import dev.rowhouse.tenancy.onboarding.InMemoryShards;
import dev.rowhouse.tenancy.onboarding.Installation;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** Operations as they are watched, listed and held. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class OperationsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Test
    void aWatcherSeesEachChangeUpToTheEnd() {
        try (var installation = Installation.withShards(InMemoryShards.shard("eu-1", "eu", 1))) {
            var id = installation.accept("acme").operation().id();

            var seen = installation
                    .operations
                    .changes(id)
                    .collectList()
                    .blockOptional(PATIENCE)
                    .orElseThrow();

            assertThat(seen).doesNotHaveDuplicates();
            assertThat(seen.getLast().state()).isEqualTo(Operation.State.SUCCEEDED);
            assertThat(seen.subList(0, seen.size() - 1))
                    .noneMatch(operation -> operation.state().isFinal());
            assertThat(installation.operations.changes(id).collectList().block(PATIENCE))
                    .containsExactly(seen.getLast());
        }
    }

    @Test
    void nobodyWatchesAnOperationThatIsNone() {
        try (var installation = Installation.withShards()) {
            installation
                    .operations
                    .changes(UUID.randomUUID())
                    .as(StepVerifier::create)
                    .expectComplete()
                    .verify(PATIENCE);
        }
    }

    @Test
    void pagesGoFromTheNewestToTheOldest() {
        try (var installation = Installation.withShards(InMemoryShards.shard("eu-1", "eu", 1))) {
            var ids = List.of("one", "two", "three").stream()
                    .map(slug ->
                            installation.accept("tenant-" + slug).operation().id())
                    .toList();
            ids.forEach(installation::end);

            assertThat(page(installation, null, 2, null)).containsExactly(ids.get(2), ids.get(1));
            assertThat(page(installation, null, 2, ids.get(1))).containsExactly(ids.get(0));
            assertThat(page(installation, new Slug("tenant-two"), 9, null)).containsExactly(ids.get(1));
            assertThat(installation
                            .operations
                            .list(null, "onboard", Operation.State.RUNNING, 9, null)
                            .collectList()
                            .block(PATIENCE))
                    .isEmpty();
        }
    }

    @Test
    void anInstanceThatLostItsLeaseWritesNothingMore() {
        var reached = Sinks.<String>one();
        var released = Sinks.<Void>one();
        Failpoint failpoint = point -> point.equals("onboard.house.before")
                ? Mono.defer(() -> {
                    reached.tryEmitValue(point);
                    return released.asMono();
                })
                : Mono.empty();
        var endpoint = Installation.emptyControlDatabase();
        try (var stalled = Installation.over(endpoint, new InMemoryHouses(), new InMemoryShards(), failpoint)) {
            stalled.register(InMemoryShards.shard("eu-1", "eu", 1));
            stalled.accept("acme");
            reached.asMono().block(PATIENCE);
            stalled.execute(
                    "UPDATE operation SET lease_owner = gen_random_uuid(), lease_until = now() + interval '1 day'");
            released.tryEmitEmpty();

            stalled.operations
                    .changes(UUID.fromString(stalled.ask("SELECT id FROM operation")))
                    .as(StepVerifier::create)
                    .expectNextCount(1)
                    .expectNoEvent(Duration.ofSeconds(1))
                    .thenCancel()
                    .verify(PATIENCE);
            assertThat(stalled.ask("SELECT state FROM tenant")).isEqualTo("provisioning");
            assertThat(stalled.ask("SELECT count(*) FROM house")).isEqualTo("0");
            assertThat(stalled.ask("SELECT state FROM operation_step WHERE name = 'house'"))
                    .isEqualTo("queued");
        }
    }

    private static List<UUID> page(
            Installation installation,
            @org.jspecify.annotations.Nullable Slug slug,
            int limit,
            @org.jspecify.annotations.Nullable UUID after) {
        return installation
                .operations
                .list(slug, null, null, limit, after)
                .map(Operation::id)
                .collectList()
                .blockOptional(PATIENCE)
                .orElseThrow();
    }
}
