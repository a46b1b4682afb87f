package dev.rowhouse.tenancy.onboarding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.directory.DirectoryError;
import dev.rowhouse.tenancy.directory.TenantState;
import dev.rowhouse.tenancy.operation.Operation;
import dev.rowhouse.tenancy.shard.ShardDefinition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Orders that meet other orders, or cannot be met. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class OnboardingConflictsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Installation installation =
            Installation.withShards(InMemoryShards.shard("eu-1", "eu", 1), InMemoryShards.shard("us-1", "us", 1));

    @AfterEach
    void close() {
        installation.close();
    }

    @Test
    void ofTwoOrdersForOneSlugOneIsRefused() {
        var outcomes = Flux.range(0, 2)
                .flatMap(_ -> installation
                        .onboarding
                        .accept(Installation.order("acme"), null, Installation.OPERATOR)
                        .map(_ -> "accepted")
                        .onErrorResume(DirectoryError.SlugTaken.class, _ -> Mono.just("taken")))
                .collectList()
                .block(PATIENCE);

        assertThat(outcomes).containsExactlyInAnyOrder("accepted", "taken");
        assertThat(installation.ask("SELECT count(*) FROM tenant")).isEqualTo("1");
        assertThat(installation.ask("SELECT count(*) FROM api_key")).isEqualTo("2");
    }

    @Test
    void fiftyOrdersAtOnceAllEndActiveInHousesOfTheirOwn() {
        var ends = Flux.range(0, 50)
                .flatMap(
                        number -> installation.onboarding.accept(
                                Installation.order("tenant-" + number), null, Installation.OPERATOR),
                        50)
                .flatMap(
                        accepted -> installation
                                .operations
                                .changes(accepted.operation().id())
                                .last(),
                        50)
                .map(Operation::state)
                .collectList()
                .block(PATIENCE);

        assertThat(ends).hasSize(50).containsOnly(Operation.State.SUCCEEDED);
        assertThat(installation.ask("SELECT count(DISTINCT house) FROM tenant WHERE state = 'active'"))
                .isEqualTo("50");
        assertThat(installation.ask("SELECT count(*) FROM tenant WHERE shard = 'eu-1'"))
                .isEqualTo("25");
    }

    @Test
    void aRepeatedOrderIsTheSameOperationWithoutKeys() {
        var first = installation.accept(Installation.order("acme"), "key-1");
        var running = installation.accept(Installation.order("acme"), "key-1");
        installation.end(first.operation().id());
        var ended = installation.accept(Installation.order("acme"), "key-1");

        assertThat(List.of(running, ended)).allSatisfy(replay -> {
            assertThat(replay.replayed()).isTrue();
            assertThat(replay.keys()).isNull();
            assertThat(replay.operation().id()).isEqualTo(first.operation().id());
        });
        assertThat(first.replayed()).isFalse();
    }

    @Test
    void repeatedOrdersAtOnceAreOneOperation() {
        var operations = Flux.range(0, 8)
                .flatMap(
                        _ -> installation.onboarding.accept(Installation.order("acme"), "key-1", Installation.OPERATOR))
                .map(accepted -> accepted.operation().id())
                .distinct()
                .collectList()
                .block(PATIENCE);

        assertThat(operations).hasSize(1);
    }

    @Test
    void aKeyUsedForAnotherOrderIsRefused() {
        installation.accept(Installation.order("acme"), "key-1");

        assertThatExceptionOfType(DirectoryError.IdempotencyConflict.class)
                .isThrownBy(() -> installation.accept(Installation.order("globex"), "key-1"));
        assertThat(installation.ask("SELECT count(*) FROM tenant WHERE slug = 'globex'"))
                .isEqualTo("0");
    }

    @Test
    void ofDifferentOrdersAtOnceUnderOneKeyOneIsAccepted() {
        var outcomes = Flux.range(0, 10)
                .flatMap(number -> installation
                        .onboarding
                        .accept(Installation.order("tenant-" + number), "key", Installation.OPERATOR)
                        .map(_ -> "accepted")
                        .onErrorResume(DirectoryError.IdempotencyConflict.class, _ -> Mono.just("refused")))
                .collectList()
                .block(PATIENCE);

        assertThat(outcomes).containsOnlyOnce("accepted").hasSize(10);
        assertThat(installation.ask("SELECT count(*) FROM tenant")).isEqualTo("1");
    }

    @Test
    void whatTheOrderNamesMustExist() {
        assertThat(memberRefused(order("acme", "jazz", null, null))).isEqualTo("blueprint");
        assertThat(memberRefused(order("acme", null, "mars", null))).isEqualTo("region");
        assertThat(memberRefused(order("acme", null, null, "No such shard"))).isEqualTo("shard");
        assertThat(memberRefused(order("acme", null, "us", "eu-1"))).isEqualTo("region");
        assertThat(installation.ask("SELECT count(*) FROM tenant")).isEqualTo("0");
    }

    @Test
    void aDrainingShardTakesNoTenant() {
        installation
                .registry
                .change(
                        Objects.requireNonNull(shard("eu-1")).name(),
                        new dev.rowhouse.tenancy.directory.ShardRegistry.ShardChange(
                                null, null, null, null, true, null),
                        Installation.OPERATOR)
                .block(PATIENCE);

        assertThat(memberRefused(order("acme", null, null, "eu-1"))).isEqualTo("shard");
        installation.end(installation.accept("acme").operation().id());
        assertThat(installation.ask("SELECT shard FROM tenant")).isEqualTo("us-1");
    }

    @Test
    void anOrderForAShardThatStaysDownIsCompensatedAndFreesItsSlug() {
        var named = order("acme", null, null, "eu-1");
        installation.shards.down.add(Objects.requireNonNull(shard("eu-1")).name());

        var operation =
                installation.end(installation.accept(named, null).operation().id());

        assertThat(operation.state()).isEqualTo(Operation.State.COMPENSATED);
        assertThat(operation.error()).contains("place", "eu-1");
        assertThat(operation.steps().get(1).attempts()).isEqualTo(Installation.QUICK.attempts());
        assertThat(state("acme")).isEqualTo(TenantState.FAILED);
        installation.end(installation.accept("acme").operation().id());
        assertThat(state("acme")).isEqualTo(TenantState.ACTIVE);
    }

    @Test
    void aHouseThatCannotBeBuiltIsGivenUpAndSweptAway() {
        installation.houses.failure.set(new IllegalStateException("syntax error in our SQL"));

        var operation = installation.end(installation.accept("acme").operation().id());

        assertThat(operation.state()).isEqualTo(Operation.State.COMPENSATED);
        assertThat(operation.error()).isEqualTo("house: unexpected failure");
        assertThat(installation.residents.find(new Slug("acme")).blockOptional())
                .isEmpty();
        installation.sweeper.sweep().block(PATIENCE);
        assertThat(installation.houses.standing).isEmpty();
        assertThat(installation.ask("SELECT count(*) FROM house")).isEqualTo("0");
    }

    private TenantState state(String slug) {
        return installation
                .tenants
                .find(new Slug(slug))
                .blockOptional()
                .orElseThrow()
                .state();
    }

    private @Nullable ShardDefinition shard(String name) {
        return installation.registry.known().stream()
                .filter(shard -> shard.name().value().equals(name))
                .findFirst()
                .orElse(null);
    }

    private String memberRefused(NewTenant order) {
        return installation
                .onboarding
                .accept(order, null, Installation.OPERATOR)
                .map(_ -> "nothing")
                .onErrorResume(DirectoryError.NotPlaceable.class, refused -> Mono.just(refused.member()))
                .blockOptional(PATIENCE)
                .orElseThrow();
    }

    private static NewTenant order(
            String slug, @Nullable String blueprint, @Nullable String region, @Nullable String shard) {
        return new NewTenant(new Slug(slug), slug, "free", blueprint, region, shard, Map.of());
    }
}
