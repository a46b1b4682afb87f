package dev.rowhouse.tenancy.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhouse.tenancy.Caller;
import dev.rowhouse.tenancy.House;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Several calls as one transaction. */
class TransactionTest {

    private static final Caller SERVICE = TwoHouses.service();
    private static final TransactionMode ONE_STATE = new TransactionMode(Isolation.REPEATABLE_READ, false, 3);
    private static final TransactionMode PLAIN = new TransactionMode(Isolation.READ_COMMITTED, false, 1);

    private TwoHouses houses;

    @BeforeEach
    void build() {
        houses = TwoHouses.with(TwoHouses.settings(2));
    }

    @AfterEach
    void close() {
        houses.close();
    }

    @Test
    void whatACallWroteTheNextOneSeesAndOthersAfterTheCommit() {
        var seen = run(
                PLAIN,
                inside -> rename(inside, "new")
                        .then(name(inside))
                        .flatMap(here -> name(houses.database).map(there -> here + " " + there)));

        assertThat(seen).isEqualTo("{\"id\":1,\"name\":\"new\"} {\"id\":1,\"name\":\"CANARY-A-1\"}");
        assertThat(name(houses.database).block(TwoHouses.PATIENCE)).isEqualTo("{\"id\":1,\"name\":\"new\"}");
        assertNothingIsInUse();
    }

    @Test
    void anErrorUndoesEverything() {
        assertThatThrownBy(() -> run(
                        PLAIN,
                        inside -> rename(inside, "new").then(Mono.error(new IllegalStateException("changed my mind")))))
                .hasMessage("changed my mind");

        assertThat(name(houses.database).block(TwoHouses.PATIENCE)).isEqualTo("{\"id\":1,\"name\":\"CANARY-A-1\"}");
        assertNothingIsInUse();
    }

    @Test
    void whoLeavesUndoesEverything() {
        var reached = new AtomicInteger();
        houses.database
                .transaction(
                        houses.a,
                        SERVICE,
                        PLAIN,
                        inside -> rename(inside, "new")
                                .doOnNext(_ -> reached.incrementAndGet())
                                .then(Mono.never()))
                .takeUntilOther(Mono.<Integer>fromSupplier(reached::get)
                        .filter(count -> count > 0)
                        .repeatWhenEmpty(looks -> looks.delayElements(Duration.ofMillis(5))))
                .block(TwoHouses.PATIENCE);

        assertThat(name(houses.database).block(TwoHouses.PATIENCE)).isEqualTo("{\"id\":1,\"name\":\"CANARY-A-1\"}");
    }

    @Test
    void whoWasOvertakenIsRunAnew() {
        var attempts = new AtomicInteger();

        run(
                ONE_STATE,
                inside -> name(inside)
                        .then(attempts.incrementAndGet() == 1 ? rename(houses.database, "theirs") : Mono.empty())
                        .then(Mono.defer(() -> rename(inside, "mine"))));

        assertThat(attempts).hasValue(2);
        assertThat(name(houses.database).block(TwoHouses.PATIENCE)).isEqualTo("{\"id\":1,\"name\":\"mine\"}");
        assertNothingIsInUse();
    }

    @Test
    void whoIsAlwaysOvertakenGivesUp() {
        var attempts = new AtomicInteger();

        assertThatThrownBy(() -> run(
                        ONE_STATE,
                        inside -> name(inside)
                                .then(rename(houses.database, "theirs " + attempts.incrementAndGet()))
                                .then(Mono.defer(() -> rename(inside, "mine")))))
                .isInstanceOfSatisfying(
                        ShardError.Refused.class,
                        refused -> assertThat(refused.sqlState()).isEqualTo("40001"));
        assertThat(attempts).hasValue(3);
        assertNothingIsInUse();
    }

    @Test
    void aTransactionThatOnlyReadsChangesNothing() {
        var readOnly = new TransactionMode(Isolation.REPEATABLE_READ, true, 1);

        assertThatThrownBy(() -> run(readOnly, inside -> rename(inside, "new")))
                .isInstanceOfSatisfying(
                        ShardError.Refused.class,
                        refused -> assertThat(refused.sqlState()).isEqualTo("25006"));
    }

    @Test
    void aReadBetweenWritesCannotWrite() {
        var deleting = TwoHouses.inTransaction(
                houses.a,
                SERVICE,
                "SELECT set_config('x.y', 'z', true) AS id, pg_catalog.current_setting('transaction_read_only') AS name");

        var only = run(
                PLAIN,
                inside -> rename(inside, "new")
                        .then(TwoHouses.text(inside.read(houses.a, SERVICE, deleting))
                                .singleOrEmpty())
                        .flatMap(read -> rename(inside, "newer").thenReturn(read)));

        assertThat(only).contains("\"name\":\"on\"");
        assertThat(name(houses.database).block(TwoHouses.PATIENCE)).isEqualTo("{\"id\":1,\"name\":\"newer\"}");
    }

    @Test
    void aTransactionIsOfOneHouse() {
        assertThatThrownBy(() -> run(
                        PLAIN,
                        inside -> TwoHouses.text(inside.read(houses.b, SERVICE, TwoHouses.track(houses.b, SERVICE, 1)))
                                .singleOrEmpty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is none of");
        assertNothingIsInUse();
    }

    @Test
    void aTransactionInsideIsTheSameAndNoWeaker() {
        run(ONE_STATE, inside -> inside.transaction(houses.a, SERVICE, PLAIN, same -> rename(same, "new")));
        assertThat(name(houses.database).block(TwoHouses.PATIENCE)).isEqualTo("{\"id\":1,\"name\":\"new\"}");

        assertThatThrownBy(() -> run(
                        PLAIN,
                        inside -> inside.transaction(houses.a, SERVICE, ONE_STATE, same -> rename(same, "newer"))))
                .isInstanceOf(ShardError.WeakIsolation.class);
    }

    private <T> T run(TransactionMode mode, Function<TenantDatabase, Mono<T>> work) {
        return houses.database.transaction(houses.a, SERVICE, mode, work).block(TwoHouses.PATIENCE);
    }

    private Mono<Written> rename(TenantDatabase database, String name) {
        return rename(database, houses.a, name);
    }

    private static Mono<Written> rename(TenantDatabase database, House house, String name) {
        var sql = "UPDATE " + house.schema().quoted() + ".track SET name = $1::pg_catalog.text WHERE id = 1";
        return database.write(house, SERVICE, new Write(new Statement(sql, List.of(name)), Write.Shape.NOTHING, false));
    }

    private Mono<String> name(TenantDatabase database) {
        return TwoHouses.text(database.read(houses.a, SERVICE, TwoHouses.track(houses.a, SERVICE, 1)))
                .singleOrEmpty();
    }

    private void assertNothingIsInUse() {
        assertThat(houses.shards.connections(houses.shard()).inUse()).isZero();
    }
}
