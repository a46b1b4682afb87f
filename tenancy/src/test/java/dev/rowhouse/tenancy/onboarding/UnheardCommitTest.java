package dev.rowhouse.tenancy.onboarding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.platform.postgres.PostgresEndpoint;
import dev.rowhouse.tenancy.operation.Failpoint;
import dev.rowhouse.tenancy.operation.NotYet;
import dev.rowhouse.tenancy.operation.Operation;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What the runner believes of the last commit and what the control database knows of it are two things. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class UnheardCommitTest {

    // What a crash of the control database does to a commit that did not wait for the disk.
    private static final String FORGET_THE_HOUSE = "UPDATE tenant SET house = NULL;"
            + "UPDATE house SET state = 'ready', tenant = NULL;"
            + "UPDATE operation_step SET state = 'queued', attempts = 0, started_at = NULL, ended_at = NULL"
            + " WHERE name = 'house'";

    private final PostgresEndpoint endpoint = Installation.emptyControlDatabase();

    @Test
    void aStepThatCommittedUnheardIsNotTakenTwice() {
        try (var installation = failingOnceAt("onboard.house.after", Mono.error(() -> new NotYet("not heard")))) {
            var operation =
                    installation.end(installation.accept("acme").operation().id());

            assertThat(operation.state()).isEqualTo(Operation.State.SUCCEEDED);
            assertThat(installation.houses.builds).hasValue(1);
            assertThat(installation.ask("SELECT count(*) FROM house WHERE state = 'taken'"))
                    .isEqualTo("1");
        }
    }

    @Test
    void noTenantIsActivatedWithoutTheHouseThatTheControlDatabaseForgot() {
        var crash = Mono.<Void>fromRunnable(
                        () -> PostgresServer.shared().execute(endpoint.database(), FORGET_THE_HOUSE))
                .subscribeOn(Schedulers.boundedElastic());
        try (var installation = failingOnceAt("onboard.activate.before", crash)) {
            var operation =
                    installation.end(installation.accept("acme").operation().id());

            assertThat(operation.state()).isEqualTo(Operation.State.SUCCEEDED);
            assertThat(installation.ask("SELECT state || ' ' || (house IS NOT NULL) FROM tenant"))
                    .isEqualTo("active true");
            assertThat(installation.ask("SELECT count(*) FROM house WHERE state = 'taken'"))
                    .isEqualTo("1");
        }
    }

    private Installation failingOnceAt(String point, Mono<Void> failure) {
        var reached = new AtomicBoolean();
        Failpoint failpoint = name -> name.equals(point) && reached.compareAndSet(false, true) ? failure : Mono.empty();
        var installation = Installation.over(endpoint, new InMemoryHouses(), new InMemoryShards(), failpoint);
        installation.register(InMemoryShards.shard("eu-1", "eu", 1));
        return installation;
    }
}
