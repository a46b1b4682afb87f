package dev.rowhouse.tenancy.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhouse.platform.postgres.AdministrativeSession;
import dev.rowhouse.platform.postgres.PostgresFailure;
import dev.rowhouse.platform.postgres.PostgresLogin;
import dev.rowhouse.tenancy.Caller;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.House;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** Lanes whose logins end: at half of their life, at their longest life, or because somebody revoked them. */
@Timeout(90)
class LeasedLanesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Duration HEALED = Duration.ofSeconds(5);
    // 200 callers without a pause would be a test of the machine.
    private static final Duration BREATH = Duration.ofMillis(100);
    private static final Caller ANON = TwoHouses.anon();

    private static final int ROTATED = 1;
    private static final int RENEWED = 2;
    private static final int OTHER = 3;

    private static LeasedShard shard;
    private static House rotated;
    private static House renewed;
    private static House other;

    @BeforeAll
    static void open() {
        shard = new LeasedShard("3s", Map.of(ROTATED, "4s"));
        rotated = shard.house(ROTATED);
        renewed = shard.house(RENEWED);
        other = shard.house(OTHER);
    }

    @AfterAll
    static void close() {
        shard.close();
    }

    @Test
    void aLoginReachesTheHousesOfItsLaneAlone() {
        var login = shard.issued.issue(shard.role(RENEWED)).block(PATIENCE).login();
        try (var session = shard.as(login)) {
            assertThat(nameAs(session, renewed)).isEqualTo("CANARY-2");
            session.execute("RESET ROLE");
            assertRefused(session, "SELECT name FROM " + renewed.schema().quoted() + ".item");
            assertRefused(session, "SET ROLE " + anon(rotated));
            assertRefused(session, "SET ROLE " + renewed.id().owner().quoted());
            assertRefused(session, "SET ROLE rowhouse_lane_1");
            assertRefused(session, "SET ROLE rowhouse_vault");
            assertThat(text(session, "SHOW temp_file_limit")).isEqualTo("1GB");
        }
        try (var session = shard.as(shard.issuer())) {
            assertRefused(session, "SET ROLE " + anon(renewed));
            assertRefused(session, "SET ROLE rowhouse_lane_2");
        }
    }

    @Test
    void aLaneItselfCannotLogIn() {
        assertThatThrownBy(() -> shard.as(shard.derived(RENEWED)))
                .isInstanceOfSatisfying(
                        PostgresFailure.class,
                        failure -> assertThat(failure.sqlState()).startsWith("28"));
        shard.prepare();
        assertThat(shard.server.query(
                        "leased",
                        "SELECT rolname FROM pg_roles WHERE rolname ~ '^rowhouse_lane_[0-9]+$' AND rolcanlogin"))
                .isEmpty();
    }

    @Test
    void theJournalIsGuardedFromALoginWhateverItsName() {
        shard.server.execute("CREATE ROLE stranger LOGIN NOINHERIT PASSWORD 'p' IN ROLE rowhouse_lane_2");
        shard.server.execute("GRANT CONNECT ON DATABASE leased TO stranger");
        var login = new PostgresLogin("stranger", "p");
        try (var session = shard.as(login)) {
            assertThatThrownBy(() -> session.execute("DROP TRIGGER IF EXISTS none ON pg_catalog.pg_class"))
                    .hasMessageContaining("while requests are served");
        }
    }

    @Test
    void loginsAreRenewedAndReplacedWhileRequestsRun() {
        var replaced = ConcurrentHashMap.<String>newKeySet();
        var kept = ConcurrentHashMap.<String>newKeySet();
        var requests = Flux.merge(
                        Flux.range(0, 150)
                                .flatMap(number -> reading(rotated, number % 2 == 0, replaced, replaced), 150),
                        Flux.range(0, 50).flatMap(number -> reading(renewed, number % 2 == 0, kept, replaced), 50))
                .count()
                .block(PATIENCE);

        assertThat(replaced).hasSizeGreaterThanOrEqualTo(3);
        assertThat(requests).isGreaterThan(200);
        assertThat(kept).hasSize(1);
        // Each is dropped when its last connection is closed; one that is on its way out may be left for a moment.
        await(() -> shard.standIn.leases(shard.role(ROTATED)) <= 1);
    }

    @Test
    void aRevokedLoginIsReplacedWithinSeconds() {
        var failures = new ConcurrentLinkedQueue<Throwable>();
        var before = who(other, true).block(PATIENCE);
        shard.operator.write("sys/leases/revoke-prefix/database/creds/" + shard.role(OTHER), Map.of("sync", "true"));

        var after = Flux.just(true, false)
                .concatMap(alone -> who(other, alone)
                        .doOnError(failures::add)
                        .retryWhen(Retry.fixedDelay(500, Duration.ofMillis(10))))
                .collectList()
                .block(HEALED);

        assertThat(after).hasSize(2).doesNotContain(before);
        assertThat(failures).allMatch(failure -> failure instanceof ShardError.Unavailable);
    }

    @Test
    void aSealedVaultStopsALaneWhenItsLoginIsOverAndNotBefore() {
        assertThat(who(other, true).block(PATIENCE)).isNotEmpty();
        shard.standIn.seal();
        try {
            assertThat(who(other, true).block(PATIENCE)).isNotEmpty();
            var end = who(other, true)
                    .repeatWhen(ends -> ends.delayElements(Duration.ofMillis(20)))
                    .then();
            assertThatThrownBy(() -> end.block(PATIENCE)).isInstanceOf(ShardError.Unavailable.class);
            assertThat(shard.leases.missing().get(shard.role(OTHER)))
                    .contains("Vault is sealed")
                    .doesNotContain("CANARY");
        } finally {
            shard.standIn.unseal();
        }
        assertThat(who(other, true)
                        .retryWhen(Retry.fixedDelay(1_000, Duration.ofMillis(20)))
                        .block(PATIENCE))
                .isNotEmpty();
        await(() -> shard.leases.missing().isEmpty());
    }

    /** Reads again and again until three logins were seen in {@code until}. */
    private static Flux<String> reading(House house, boolean alone, Set<String> seen, Set<String> until) {
        return who(house, alone)
                .doOnNext(seen::add)
                .repeatWhen(ends -> ends.delayElements(BREATH).takeWhile(_ -> until.size() < 3));
    }

    private static Mono<String> who(House house, boolean alone) {
        var read = TwoHouses.read(
                house.id().role(CallerClass.ANON),
                "SELECT session_user AS login, name FROM " + house.schema().quoted() + ".item WHERE $1::text = ''",
                alone,
                "");
        return Mono.defer(() -> TwoHouses.text(shard.database.read(house, ANON, read))
                .collectList()
                .map(List::toString));
    }

    private static void await(BooleanSupplier condition) {
        var held = Flux.interval(Duration.ofMillis(20))
                .map(_ -> condition.getAsBoolean())
                .takeUntil(holds -> holds)
                .blockLast(PATIENCE);
        assertThat(held).isTrue();
    }

    private static String nameAs(AdministrativeSession session, House house) {
        session.execute("SET ROLE " + anon(house));
        return text(session, "SELECT name FROM " + house.schema().quoted() + ".item");
    }

    private static String text(AdministrativeSession session, String sql) {
        return session.query(sql, row -> row.getString(1)).getFirst();
    }

    private static String anon(House house) {
        return house.id().role(CallerClass.ANON).quoted();
    }

    private static void assertRefused(AdministrativeSession session, String sql) {
        assertThatThrownBy(() -> session.execute(sql))
                .isInstanceOfSatisfying(
                        PostgresFailure.class,
                        failure -> assertThat(failure.sqlState()).isEqualTo("42501"));
    }
}
