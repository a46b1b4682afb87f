package dev.rowhouse.tenancy.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhouse.tenancy.Caller;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.House;
import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Writes that are their own transaction, all on one connection that remembers role and statements. */
class PlainWriteTest {

    private static final Caller ANON = TwoHouses.anon();
    private static final Caller SERVICE = TwoHouses.service();
    private static final Duration SOON = Duration.ofMillis(200);

    private TwoHouses houses;

    @BeforeEach
    void build() {
        houses = TwoHouses.onOneConnection();
    }

    @AfterEach
    void close() {
        houses.close();
    }

    @Test
    void eachTenantChangesItsOwnRowOverOneConnection() {
        var process = process();
        assertThat(rename(houses.a, SERVICE, "CANARY-A-new")).containsExactly("{\"id\":7,\"name\":\"CANARY-A-new\"}");
        assertThat(rename(houses.b, ANON, "CANARY-B-new")).containsExactly("{\"id\":7,\"name\":\"CANARY-B-new\"}");
        assertThat(rename(houses.a, ANON, "CANARY-A-last")).hasSize(1);

        assertThat(name(houses.a)).isEqualTo("CANARY-A-last");
        assertThat(name(houses.b)).isEqualTo("CANARY-B-new");
        assertThat(process()).isEqualTo(process);
    }

    @Test
    void aWriteThatMatchesNothingAnswersSo() {
        var process = process();
        assertThat(houses.database
                        .write(houses.a, SERVICE, TwoHouses.rename(houses.a, SERVICE, 0, "x"))
                        .block(TwoHouses.PATIENCE)
                        .rows())
                .isZero();
        assertThat(process()).isEqualTo(process);
    }

    @Test
    void aConnectionThatRemembersAnotherClassOfTheSameTenantChangesNothing() {
        rename(houses.a, SERVICE, "CANARY-A-right");
        var process = process();
        houses.believe(Backend.Kind.PLAIN_WRITES, houses.a.id().role(CallerClass.ANON));

        assertThatThrownBy(() -> rename(houses.a, ANON, "CANARY-A-wrong")).isInstanceOf(ShardError.RoleMismatch.class);

        assertThat(name(houses.a)).isEqualTo("CANARY-A-right");
        assertThat(process()).isNotEqualTo(process);
        assertThat(rename(houses.a, ANON, "CANARY-A-anon")).hasSize(1);
    }

    @Test
    void aConnectionThatRemembersAnotherTenantsRoleChangesNothing() {
        rename(houses.b, SERVICE, "CANARY-B-right");
        rename(houses.a, SERVICE, "CANARY-A-right");
        houses.believe(Backend.Kind.PLAIN_WRITES, houses.b.id().role(CallerClass.SERVICE));

        // Prepared for B before, so that parsing does not check its schema again.
        assertThatThrownBy(() -> rename(houses.b, SERVICE, "CANARY-B-wrong")).isInstanceOf(ShardError.class);

        assertThat(name(houses.b)).isEqualTo("CANARY-B-right");
    }

    @Test
    void aRoleTheLaneMayNotTakeFailsTheWriteBehindIt() {
        rename(houses.a, SERVICE, "CANARY-A-right");
        houses.execute("REVOKE \"%s\" FROM \"%s\""
                .formatted(
                        houses.a.id().role(CallerClass.ANON),
                        ShardLogins.laneRole(houses.a.lanes().getFirst())));

        assertThatThrownBy(() -> rename(houses.a, ANON, "CANARY-A-wrong"))
                .isInstanceOfSatisfying(
                        ShardError.Refused.class,
                        refused -> assertThat(refused.sqlState()).isEqualTo("42501"));

        assertThat(name(houses.a)).isEqualTo("CANARY-A-right");
    }

    @Test
    void theSchemaOfAnotherHouseIsRefused() {
        var foreign = TwoHouses.rename(houses.b, SERVICE, 7, "CANARY-A-thief");
        assertThatThrownBy(
                        () -> houses.database.write(houses.a, SERVICE, foreign).block(TwoHouses.PATIENCE))
                .isInstanceOf(ShardError.class);
        assertThat(name(houses.b)).isEqualTo("CANARY-B-7");
        assertThat(rename(houses.b, SERVICE, "CANARY-B-owner")).hasSize(1);
    }

    @Test
    void aConstraintCheckedAtTheEndFailsTheWrite() {
        houses.execute("ALTER TABLE " + houses.a.schema().quoted()
                + ".track ADD CONSTRAINT unlike UNIQUE (name) DEFERRABLE INITIALLY DEFERRED");
        assertThatThrownBy(() -> rename(houses.a, SERVICE, "CANARY-A-8"))
                .isInstanceOfSatisfying(
                        ShardError.Refused.class,
                        refused -> assertThat(refused.constraint()).isEqualTo("unlike"));
        assertThat(name(houses.a)).isEqualTo("CANARY-A-7");
        assertThat(rename(houses.a, SERVICE, "CANARY-A-unlike")).hasSize(1);
    }

    @Test
    void aWriteCancelledWhileItWaitsForALockLeavesNothing() {
        var lane = houses.shards.shardOf(houses.a).laneFor(houses.a, Backend.Kind.TRANSACTIONS);
        var holder = houses.borrow(lane);
        var role = houses.a.id().role(CallerClass.SERVICE);
        holder.begin("", role, SERVICE).blockLast(TwoHouses.PATIENCE);
        holder.simple("SELECT 1 FROM " + houses.a.schema().quoted() + ".track WHERE id = 7 FOR UPDATE")
                .blockLast(TwoHouses.PATIENCE);

        StepVerifier.create(houses.database.write(
                        houses.a, SERVICE, TwoHouses.rename(houses.a, SERVICE, 7, "CANARY-A-lost")))
                .expectSubscription()
                .expectNoEvent(SOON)
                .thenCancel()
                .verify(TwoHouses.PATIENCE);

        assertThat(rename(houses.b, SERVICE, "CANARY-B-next")).hasSize(1);
        holder.rollback().block(TwoHouses.PATIENCE);
        lane.release(holder).block(TwoHouses.PATIENCE);
        assertThat(rename(houses.a, SERVICE, "CANARY-A-next")).hasSize(1);
        assertThat(houses.shards.connections(houses.shard()).inUse()).isZero();
    }

    @Test
    void aConnectionLostWhileNobodyUsedItIsNotTheCallersConcern() {
        rename(houses.a, SERVICE, "CANARY-A-first");
        var lost = new AtomicReference<Backend>();
        houses.onTheConnection(Backend.Kind.PLAIN_WRITES, lost::set);
        houses.execute("SELECT pg_terminate_backend(" + process() + ")");
        Mono.defer(() -> Mono.from(lost.get().connection().validate(ValidationDepth.LOCAL)))
                .filter(open -> !open)
                .repeatWhenEmpty(again -> again.delayElements(Duration.ofMillis(5)))
                .block(TwoHouses.PATIENCE);

        assertThat(rename(houses.a, SERVICE, "CANARY-A-second")).hasSize(1);
    }

    @Test
    void aPlanMadeStaleByAChangedColumnIsMadeAnew() {
        var table = houses.a.schema().quoted() + ".track";
        houses.execute("ALTER TABLE " + table + " ADD doc json NOT NULL DEFAULT '{\"v\":1}'");
        var write = TwoHouses.plainWrite(
                houses.a,
                SERVICE,
                "UPDATE %s.track SET name = name WHERE id = $1::int4 RETURNING doc",
                Write.Shape.ROWS,
                "7");
        assertThat(shown(houses.a, SERVICE, write)).containsExactly("{\"v\":1}");
        houses.execute("ALTER TABLE " + table + " ALTER doc DROP DEFAULT, ALTER doc TYPE jsonb");
        assertThat(shown(houses.a, SERVICE, write)).containsExactly("{\"v\": 1}");
        assertThat(rename(houses.b, SERVICE, "CANARY-B")).hasSize(1);
    }

    @Test
    void aRefusedWriteLeavesItsConnectionToTheNext() {
        var process = process();
        var twin = TwoHouses.plainWrite(
                houses.a, SERVICE, "UPDATE %s.track SET id = 8 WHERE id = $1::int4", Write.Shape.NOTHING, "7");
        assertThatThrownBy(() -> shown(houses.a, SERVICE, twin))
                .isInstanceOfSatisfying(
                        ShardError.Refused.class,
                        refused -> assertThat(refused.sqlState()).isEqualTo("23505"));
        assertThat(rename(houses.a, SERVICE, "CANARY-A-next")).hasSize(1);
        assertThat(process()).isEqualTo(process);
    }

    private List<String> rename(House house, Caller caller, String name) {
        return shown(house, caller, TwoHouses.rename(house, caller, 7, name));
    }

    private List<String> shown(House house, Caller caller, Write write) {
        return TwoHouses.shown(houses.database.write(house, caller, write).block(TwoHouses.PATIENCE));
    }

    private String name(House house) {
        var row =
                houses.rows(house, SERVICE, TwoHouses.track(house, SERVICE, 7)).getFirst();
        return row.substring(row.indexOf("CANARY"), row.length() - 2);
    }

    /** Returns the server's process behind the one connection for plain writes. */
    private String process() {
        var sql = "UPDATE %s.track SET id = id WHERE id = $1::int4 RETURNING to_json(pg_catalog.pg_backend_pid())";
        return shown(houses.a, SERVICE, TwoHouses.plainWrite(houses.a, SERVICE, sql, Write.Shape.ROWS, "1"))
                .getFirst();
    }
}
