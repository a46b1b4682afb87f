package dev.rowhouse.tenancy.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.database.Database;
import dev.rowhouse.platform.postgres.PostgresEndpoint;
import dev.rowhouse.tenancy.Actor;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.catalog.Catalog;
import dev.rowhouse.tenancy.lifecycle.LifeOperations;
import dev.rowhouse.tenancy.onboarding.InMemoryHouses;
import dev.rowhouse.tenancy.onboarding.InMemoryShards;
import dev.rowhouse.tenancy.onboarding.Installation;
import dev.rowhouse.tenancy.operation.Failpoint;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** An instance that serves requests, and another one through which the tenants are changed. */
class ResidentsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Slug ACME = new Slug("acme");
    private static final Actor ADA = new Actor("operator:ada");

    private final PostgresEndpoint endpoint = Installation.emptyControlDatabase();
    private final Installation other =
            Installation.over(endpoint, new InMemoryHouses(), new InMemoryShards(), Failpoint.NONE);
    private final Database database =
            Database.open(endpoint, PostgresServer.shared().superuser(), 2);
    private final Residents residents = new Residents(database, _ -> Mono.just(new Catalog(Map.of(), Map.of())));
    private final BackgroundWork background = new BackgroundWork();
    private String secret = "";

    @BeforeEach
    void onboard() {
        other.register(InMemoryShards.shard("eu-1", "eu", 1));
        var accepted = other.accept("acme");
        secret = Objects.requireNonNull(accepted.keys()).secret();
        other.end(accepted.operation().id());
    }

    @AfterEach
    void close() {
        background.close();
        other.close();
        database.close();
    }

    @Test
    void aChangeMadeElsewhereIsSeenWithinTwoSeconds() {
        residents.start(background);
        assertThat(find().callerOf(secret)).isNotNull();

        other.lifeOperations
                .start(ACME, LifeOperations.Type.ROTATE_KEYS, null, ADA)
                .block(PATIENCE);

        residents
                .find(ACME)
                .filter(resident -> resident.callerOf(secret) == null)
                .repeatWhenEmpty(rounds -> rounds.delayElements(Duration.ofMillis(50)))
                .as(StepVerifier::create)
                .expectNextCount(1)
                .expectComplete()
                .verify(Duration.ofSeconds(2));
    }

    @Test
    void anUnknownSlugIsAskedForOnceAndFoundAfterItIsOnboarded() {
        var globex = new Slug("globex");
        residents.find(globex).as(StepVerifier::create).expectComplete().verify(PATIENCE);

        other.end(other.accept("globex").operation().id());

        residents
                .find(globex)
                .repeatWhenEmpty(rounds -> rounds.delayElements(Duration.ofMillis(50)))
                .as(StepVerifier::create)
                .expectNextCount(1)
                .expectComplete()
                .verify(Duration.ofSeconds(2));
    }

    @Test
    void withoutTheControlDatabaseKnownTenantsAreServedAndOthersAreNot() {
        residents.follow().block(PATIENCE);
        cutOff();

        assertThat(find().callerOf(secret)).isNotNull();
        residents
                .find(new Slug("globex"))
                .as(StepVerifier::create)
                .expectError(DirectoryError.Unavailable.class)
                .verify(PATIENCE);
        residents.refresh(ACME).as(StepVerifier::create).expectComplete().verify(PATIENCE);
        assertThat(find().tenant().slug()).isEqualTo(ACME);

        allowConnections(true);
        residents.follow().as(StepVerifier::create).expectComplete().verify(PATIENCE);
        residents
                .find(new Slug("globex"))
                .as(StepVerifier::create)
                .expectComplete()
                .verify(PATIENCE);
    }

    @Test
    void anOlderViewNeverReplacesANewerOne() {
        residents.refresh(ACME).block(PATIENCE);
        var before = (KnownTenant) find();
        other.lifeOperations.start(ACME, LifeOperations.Type.SUSPEND, null, ADA).block(PATIENCE);
        residents.refresh(ACME).block(PATIENCE);
        var after = (KnownTenant) find();

        assertThat(before.supersedes(after)).isFalse();
        assertThat(after.supersedes(before)).isTrue();
        assertThat(after.tenant().state()).isEqualTo(TenantState.SUSPENDED);
    }

    /** Lets the control database refuse every connection, those that are open too. */
    private void cutOff() {
        var name = endpoint.database();
        allowConnections(false);
        PostgresServer.shared()
                .execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name + "'");
    }

    private void allowConnections(boolean allowed) {
        PostgresServer.shared()
                .execute("ALTER DATABASE \"" + endpoint.database() + "\" WITH ALLOW_CONNECTIONS " + allowed);
    }

    private Resident find() {
        return residents.find(ACME).blockOptional(PATIENCE).orElseThrow();
    }
}
