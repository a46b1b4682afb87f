package dev.rowhouse.tenancy.onboarding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.directory.TenantEvent;
import dev.rowhouse.tenancy.directory.TenantState;
import dev.rowhouse.tenancy.operation.Operation;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** Orders through a real control database; only the houses are in memory. */
class OnboardingTest {

    private final Installation installation = Installation.withShards(InMemoryShards.shard("eu-1", "eu", 1));

    @AfterEach
    void close() {
        installation.close();
    }

    @Test
    void anOrderedTenantBecomesActiveInAHouse() {
        var accepted = installation.accept("acme");

        var operation = installation.end(accepted.operation().id());
        assertThat(operation.state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(operation.steps())
                .extracting(Operation.Step::name)
                .containsExactly("reserve", "place", "house", "activate");
        assertThat(operation.percent()).isEqualTo(100);
        var tenant = installation.tenants.find(new Slug("acme")).blockOptional().orElseThrow();
        assertThat(tenant.state()).isEqualTo(TenantState.ACTIVE);
        assertThat(tenant.region()).isEqualTo("eu");
        assertThat(installation.houses.standing)
                .containsKey(Objects.requireNonNull(tenant.house()).id());
    }

    @Test
    void itsLifeIsToldWithoutAGap() {
        installation.end(installation.accept("acme").operation().id());

        installation
                .tenants
                .history(new Slug("acme"))
                .map(TenantEvent::type)
                .as(StepVerifier::create)
                .expectNext("tenant.ordered", "tenant.placed", "tenant.housed", "tenant.activated")
                .verifyComplete();
        installation
                .tenants
                .history(new Slug("acme"))
                .map(TenantEvent::sequence)
                .as(StepVerifier::create)
                .expectNext(1, 2, 3, 4)
                .verifyComplete();
    }

    @Test
    void itsKeysIdentifyItsCallers() {
        var accepted = installation.accept("acme");
        installation.end(accepted.operation().id());

        var keys = Objects.requireNonNull(accepted.keys());
        var resident =
                installation.residents.find(new Slug("acme")).blockOptional().orElseThrow();
        assertThat(resident.callerOf(keys.publishable())).isEqualTo(CallerClass.ANON);
        assertThat(resident.callerOf(keys.secret())).isEqualTo(CallerClass.SERVICE);
        assertThat(resident.callerOf(keys.secret() + "x")).isNull();
    }
}
