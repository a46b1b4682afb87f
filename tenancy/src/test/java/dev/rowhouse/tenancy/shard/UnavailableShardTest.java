package dev.rowhouse.tenancy.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.platform.postgres.PostgresEndpoint;
import dev.rowhouse.tenancy.Caller;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.ShardName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@Timeout(60)
class UnavailableShardTest {

    private static final Caller ANON = TwoHouses.anon();

    @Test
    void aStoppedServerIsUnavailableWithinASecond() {
        var server = PostgresServer.start();
        try (var houses = TwoHouses.on(server, TwoHouses.settings(2))) {
            assertThat(read(houses)).hasSize(1);
            assertThat(houses.shards.isReachable(houses.shard()).block()).isTrue();
            server.close();

            var begun = System.nanoTime();
            assertThatThrownBy(() -> read(houses)).isInstanceOf(ShardError.Unavailable.class);
            assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(1));
            assertThat(houses.shards.isReachable(houses.shard()).block()).isFalse();
            assertThat(houses.shards.connections(houses.shard()).inUse()).isZero();
        }
    }

    @Test
    void aServerThatAcceptsAndNeverAnswersIsUnavailableWithinASecond() throws IOException {
        try (var houses = TwoHouses.with(LaneSettings.defaults());
                var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            houses.shards.open(houses.definition(new PostgresEndpoint("127.0.0.1", silent.getLocalPort(), "none")));
            var begun = System.nanoTime();
            assertThatThrownBy(() -> read(houses)).isInstanceOf(ShardError.Unavailable.class);
            assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(1));
        }
    }

    @Test
    void connectionsThatDiedWhileIdleAreNotTheCallersConcern() {
        try (var houses = TwoHouses.onOneConnection()) {
            assertThat(read(houses)).hasSize(1);
            endAllOf(houses);
            assertThat(read(houses)).hasSize(1);
            endAllOf(houses);
            assertThat(houses.rows(
                            houses.a, ANON, TwoHouses.inTransaction(houses.a, ANON, "SELECT $1::text AS x", "1")))
                    .hasSize(1);
        }
    }

    @Test
    void aStatementThatOwesItsAnswerTooLongIsGivenUp() {
        var settings = TwoHouses.settings(1);
        var impatient = new LaneSettings(
                1,
                settings.statementCache(),
                settings.acquireTimeout(),
                settings.maxPendingAcquires(),
                settings.connectTimeout(),
                Duration.ofMillis(200),
                settings.lockTimeout(),
                settings.cancelGrace(),
                settings.maxLife(),
                settings.maxHouses());
        try (var houses = TwoHouses.with(impatient)) {
            // A server that hangs does not keep its own limits either.
            houses.onTheConnection(
                    Backend.Kind.PLAIN_READS,
                    backend -> backend.simple("SET statement_timeout = 0; SET transaction_timeout = 0")
                            .blockLast(TwoHouses.PATIENCE));
            var deaf = "SELECT pg_sleep(10) WHERE $1::text = ''";
            var begun = System.nanoTime();
            assertThatThrownBy(() -> houses.rows(houses.a, ANON, TwoHouses.plain(houses.a, ANON, deaf, "")))
                    .isInstanceOf(ShardError.Unavailable.class);
            assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(5));
            assertThat(read(houses)).hasSize(1);
        }
    }

    @Test
    void aShardThatWasNeverOpenedIsUnknown() {
        try (var houses = TwoHouses.onOneConnection()) {
            var elsewhere = new House(houses.a.id(), new ShardName("nowhere"), houses.a.lanes(), houses.a.blueprint());
            assertThatThrownBy(() -> houses.rows(elsewhere, ANON, TwoHouses.track(elsewhere, ANON, 7)))
                    .isInstanceOf(ShardError.Unknown.class);
        }
    }

    @Test
    void idleConnectionsTakeTheirRoleAgain() {
        try (var houses = TwoHouses.onOneConnection()) {
            var oneIdle = new ShardConnections(1, 0, 1, 0);
            assertThat(read(houses)).hasSize(1);
            await().until(() -> houses.shards.connections(houses.shard()), oneIdle::equals);
            houses.shards.touchIdle(houses.shard()).block(TwoHouses.PATIENCE);
            await().until(() -> houses.shards.connections(houses.shard()), oneIdle::equals);
            assertThat(read(houses)).hasSize(1);
        }
    }

    @Test
    void idleConnectionsForTransactionsTakeTheirRoleAgainToo() {
        try (var houses = TwoHouses.onOneConnection()) {
            houses.transactionProcess(houses.a);
            // What the touch does shows when it cannot: the connection is closed.
            houses.execute("REVOKE \"%s\" FROM \"%s\""
                    .formatted(
                            houses.a.id().role(CallerClass.ANON),
                            ShardLogins.laneRole(houses.a.lanes().getFirst())));
            houses.shards.touchIdle(houses.shard()).block(TwoHouses.PATIENCE);
            assertThat(houses.shards.connections(houses.shard()).open()).isZero();
        }
    }

    @Test
    void aLoadOnAServerThatHangsIsGivenUp() {
        try (var houses = TwoHouses.with(impatient(1))) {
            houses.onTheConnection(
                    Backend.Kind.TRANSACTIONS,
                    backend -> backend.simple("SET transaction_timeout = 0").blockLast(TwoHouses.PATIENCE));
            assertThatThrownBy(() -> endless(houses).block(TwoHouses.PATIENCE))
                    .isInstanceOf(ShardError.Unavailable.class);
            assertThat(houses.shards.connections(houses.shard()).inUse()).isZero();
        }
    }

    private static Mono<Long> endless(TwoHouses houses) {
        var copy = "COPY " + houses.a.schema().quoted() + ".track (id, name) FROM STDIN";
        return houses.database.copyIn(houses.a, TwoHouses.service(), copy, Flux.never());
    }

    private static LaneSettings impatient(int connections) {
        var settings = TwoHouses.settings(connections);
        return new LaneSettings(
                connections,
                settings.statementCache(),
                settings.acquireTimeout(),
                settings.maxPendingAcquires(),
                settings.connectTimeout(),
                Duration.ofMillis(300),
                settings.lockTimeout(),
                settings.cancelGrace(),
                settings.maxLife(),
                settings.maxHouses());
    }

    private static List<String> read(TwoHouses houses) {
        return houses.rows(houses.a, ANON, TwoHouses.track(houses.a, ANON, 7));
    }

    private static void endAllOf(TwoHouses houses) {
        houses.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND application_name = 'rowhouse-lane'");
    }
}
