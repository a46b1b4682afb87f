package dev.rowhouse.tenancy.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhouse.tenancy.Caller;
import dev.rowhouse.tenancy.CallerClass;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A caller's own time-out stands in place of the one that its connection has. */
class CallersTimeoutTest {

    private static final Caller ANON = TwoHouses.anon();
    private static final Duration SHORT = Duration.ofMillis(100);

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aShorterOneEndsAReadThatMayRunAloneToo(boolean plain) {
        try (var houses = TwoHouses.onOneConnection()) {
            var read = sleeping(houses, plain, 0.3);

            assertTimedOut(() -> houses.rows(houses.a, ANON.within(SHORT), read));
            assertThat(houses.rows(houses.a, ANON, read)).hasSize(1);
        }
    }

    @Test
    void aShorterOneEndsAWriteThatMayRunAlone() {
        try (var houses = TwoHouses.onOneConnection()) {
            var write = TwoHouses.plainWrite(
                    houses.a,
                    ANON,
                    "UPDATE %s.track AS t SET name = 'late' WHERE id = $1::int4 AND pg_sleep(0.3)::text = ''"
                            + " RETURNING row_to_json(t) AS body",
                    Write.Shape.ROWS,
                    "7");

            assertTimedOut(() ->
                    houses.database.write(houses.a, ANON.within(SHORT), write).block(TwoHouses.PATIENCE));
            assertThat(houses.rows(houses.a, ANON, TwoHouses.track(houses.a, ANON, 7)))
                    .containsExactly("{\"id\":7,\"name\":\"CANARY-A-7\"}");
            assertThat(houses.database
                            .write(houses.a, ANON, write)
                            .block(TwoHouses.PATIENCE)
                            .rows())
                    .isOne();
        }
    }

    @Test
    void aLongerOneLetsAStatementRunAndItsAnswerBeOwed() {
        try (var houses = TwoHouses.with(settings(Duration.ofMillis(600)))) {
            var read = sleeping(houses, true, 2);

            assertThat(houses.rows(houses.a, ANON.within(Duration.ofMillis(2_300)), read))
                    .hasSize(1);
            assertTimedOut(() -> houses.rows(houses.a, ANON, read));
        }
    }

    @Test
    void nobodyElseOnTheConnectionHasIt() {
        try (var houses = TwoHouses.onOneConnection()) {
            var shown = TwoHouses.inTransaction(
                    houses.b, ANON, "SELECT current_setting('statement_timeout') AS t WHERE $1::text = ''", "");

            assertThat(houses.rows(houses.b, ANON.within(SHORT), shown)).containsExactly("{\"t\":\"100ms\"}");
            assertThat(houses.rows(houses.b, ANON, shown)).containsExactly("{\"t\":\"15s\"}");
        }
    }

    private static Read sleeping(TwoHouses houses, boolean plain, double seconds) {
        return TwoHouses.read(
                houses.a.id().role(CallerClass.ANON),
                "SELECT pg_sleep($1::float8)::text AS x",
                plain,
                Double.toString(seconds));
    }

    private static LaneSettings settings(Duration statementTimeout) {
        var defaults = TwoHouses.settings(1);
        return new LaneSettings(
                1,
                defaults.statementCache(),
                defaults.acquireTimeout(),
                defaults.maxPendingAcquires(),
                defaults.connectTimeout(),
                statementTimeout,
                defaults.lockTimeout(),
                defaults.cancelGrace(),
                defaults.maxLife(),
                defaults.maxHouses());
    }

    private static void assertTimedOut(ThrowingCallable work) {
        assertThatThrownBy(work)
                .isInstanceOfSatisfying(
                        ShardError.Refused.class,
                        refused -> assertThat(refused.sqlState()).isEqualTo("57014"));
    }
}
