package dev.rowhouse.tenancy.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhouse.tenancy.Caller;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class WriteTest {

    private static final Caller SERVICE = TwoHouses.service();

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
    void changedRowsComeBackAsOneArrayAfterTheCommit() {
        var written =
                write("UPDATE %s.track AS t SET name = $1::text WHERE id < 3 RETURNING row_to_json(t) AS body", "new");
        assertThat(written.rows()).isEqualTo(2);
        assertThat(TwoHouses.shown(written))
                .containsExactly("{\"id\":1,\"name\":\"new\"}", "{\"id\":2,\"name\":\"new\"}");
        assertThat(name(1)).containsExactly("{\"id\":1,\"name\":\"new\"}");
    }

    @Test
    void aWriteThatReturnsNothingCountsItsRows() {
        var written = database(false, "DELETE FROM %s.track WHERE id <= $1::int4", "10");
        assertThat(written.rows()).isEqualTo(10);
        assertThat(written.shown()).isEmpty();
    }

    @Test
    void aNullIsBoundAsNull() {
        assertThatThrownBy(
                        () -> write("UPDATE %s.track AS t SET name = $1::text RETURNING row_to_json(t)", (String) null))
                .isInstanceOfSatisfying(ShardError.Refused.class, refused -> {
                    assertThat(refused.sqlState()).isEqualTo("23502");
                    assertThat(refused.column()).isEqualTo("name");
                    assertThat(refused.table()).isEqualTo("track");
                });
        assertThat(name(1)).containsExactly("{\"id\":1,\"name\":\"CANARY-A-1\"}");
    }

    @Test
    void anAnswerThatIsTooLargeRollsBack() {
        assertThatThrownBy(() ->
                        write("UPDATE %s.track AS t SET name = repeat($1::text, 20000) RETURNING row_to_json(t)", "x"))
                .isInstanceOf(ShardError.AnswerTooLarge.class);
        assertThat(name(1)).containsExactly("{\"id\":1,\"name\":\"CANARY-A-1\"}");
    }

    @Test
    void aTallyTellsOfTheWholeAndMayShowNothing() {
        var upsert = new Statement(
                ("WITH changed AS (INSERT INTO %s.track VALUES (1, $1::text), (2001, $1::text) ON CONFLICT (id) DO UPDATE"
                                + " SET name = excluded.name RETURNING WITH (OLD AS before) before.id IS NULL AS inserted)"
                                + " SELECT NULL::json, count(*), count(*) FILTER (WHERE inserted) FROM changed")
                        .formatted(houses.a.schema().quoted()),
                List.of("x"));
        var written = houses.database
                .write(houses.a, SERVICE, new Write(upsert, Write.Shape.TALLY, false))
                .block(TwoHouses.PATIENCE);
        assertThat(written.rows()).isEqualTo(2);
        assertThat(written.inserted()).isEqualTo(1);
        assertThat(written.shown()).isEmpty();
    }

    @Test
    void whatTheAcceptanceRefusesIsUndone() {
        var few = deleteBelow(10, TransactionEnd.COMMIT, 10);
        assertThat(few.block(TwoHouses.PATIENCE).rows()).isEqualTo(9);
        assertThatThrownBy(() -> deleteBelow(100, TransactionEnd.COMMIT, 10).block(TwoHouses.PATIENCE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("90 rows");
        assertThat(name(9)).isEmpty();
        assertThat(name(10)).hasSize(1);
    }

    @Test
    void aWriteThatIsRolledBackAnswersAsIfItStayed() {
        assertThat(deleteBelow(10, TransactionEnd.ROLLBACK, 10)
                        .block(TwoHouses.PATIENCE)
                        .rows())
                .isEqualTo(9);
        assertThat(name(9)).hasSize(1);
    }

    @Test
    void aWriteThatIsRolledBackMeetsTheConstraintsOfTheCommit() {
        houses.execute("ALTER TABLE " + houses.a.schema().quoted()
                + ".track ADD CONSTRAINT unlike UNIQUE (name) DEFERRABLE INITIALLY DEFERRED");
        var statement =
                new Statement("UPDATE " + houses.a.schema().quoted() + ".track SET name = $1::text", List.of("same"));
        assertThatThrownBy(() -> houses.database
                        .write(
                                houses.a,
                                SERVICE,
                                new Write(statement, Write.Shape.NOTHING, false),
                                TransactionEnd.ROLLBACK,
                                _ -> {})
                        .block(TwoHouses.PATIENCE))
                .isInstanceOf(ShardError.Refused.class);
        assertThat(name(1)).containsExactly("{\"id\":1,\"name\":\"CANARY-A-1\"}");
    }

    @Test
    void timesAreReadAndShownInTheCallersZone() {
        var statement = new Statement(
                "UPDATE %1$s.track SET name = ($1::timestamptz)::text WHERE id = 1 RETURNING to_json(name)"
                        .formatted(houses.a.schema().quoted()),
                List.of("2026-01-01 12:00"));
        var caller = SERVICE.inTimeZone("Asia/Tokyo");
        var written = houses.database
                .write(houses.a, caller, new Write(statement, Write.Shape.ROWS, true))
                .block(TwoHouses.PATIENCE);
        assertThat(TwoHouses.shown(written)).containsExactly("\"2026-01-01 12:00:00+09\"");
        var read = TwoHouses.plain(houses.a, caller, "SELECT $1::timestamptz AS t", "2026-01-01 12:00:00+00");
        assertThat(houses.rows(houses.a, caller, read)).containsExactly("{\"t\":\"2026-01-01T21:00:00+09:00\"}");
        assertThat(houses.rows(houses.a, SERVICE, read)).noneMatch(row -> row.contains("+09"));
    }

    @Test
    void aConstraintCheckedAtCommitFailsTheWrite() {
        houses.execute("ALTER TABLE " + houses.a.schema().quoted()
                + ".track ADD CONSTRAINT unlike UNIQUE (name) DEFERRABLE INITIALLY DEFERRED");
        assertThatThrownBy(() -> write("UPDATE %s.track AS t SET name = $1::text RETURNING row_to_json(t)", "same"))
                .isInstanceOfSatisfying(
                        ShardError.Refused.class,
                        refused -> assertThat(refused.constraint()).isEqualTo("unlike"));
        assertThat(name(1)).containsExactly("{\"id\":1,\"name\":\"CANARY-A-1\"}");
    }

    @Test
    void severalStatementsAreOneTransaction() {
        var insert = "INSERT INTO " + houses.a.schema().quoted() + ".track VALUES ($1::int4, 'CANARY-A')";
        var statements = Flux.just(2001, 2002, 2003).map(id -> new Statement(insert, List.of(id.toString())));
        assertThat(houses.database.writeAll(houses.a, SERVICE, statements).block(TwoHouses.PATIENCE))
                .isEqualTo(3);
        var clashing = Flux.just(2004, 2001).map(id -> new Statement(insert, List.of(id.toString())));
        assertThatThrownBy(() ->
                        houses.database.writeAll(houses.a, SERVICE, clashing).block(TwoHouses.PATIENCE))
                .isInstanceOf(ShardError.Refused.class);
        assertThat(name(2003)).hasSize(1);
        assertThat(name(2004)).isEmpty();
    }

    @Test
    void copyBringsRowsInAndABadRowBringsNone() {
        assertThat(copy(Flux.range(3000, 100).map(id -> line(id + ",CANARY-A\n"))))
                .isEqualTo(100);
        assertThat(name(3099)).hasSize(1);
        assertThatThrownBy(() -> copy(Flux.just(line("4000,CANARY-A\n"), line("bad\n"))))
                .isInstanceOfSatisfying(
                        ShardError.Refused.class,
                        refused -> assertThat(refused.sqlState()).isEqualTo("22P02"));
        assertThat(name(4000)).isEmpty();
    }

    @Test
    void aSourceThatFailsBringsNoRowIn() {
        var rows = Flux.concat(
                Flux.just(line("4000,CANARY-A\n")), Flux.<ByteBuf>error(new IllegalStateException("no more")));
        assertThatThrownBy(() -> copy(rows)).hasMessageContaining("no more");
        assertThat(name(4000)).isEmpty();
        assertThat(houses.shards.connections(houses.shard()).inUse()).isZero();
    }

    private Long copy(Flux<ByteBuf> rows) {
        var sql = "COPY " + houses.a.schema().quoted() + ".track FROM STDIN (FORMAT csv)";
        return houses.database.copyIn(houses.a, SERVICE, sql, rows).block(TwoHouses.PATIENCE);
    }

    private Mono<Written> deleteBelow(int id, TransactionEnd end, int most) {
        var statement = new Statement(
                "DELETE FROM " + houses.a.schema().quoted() + ".track WHERE id < $1::int4",
                List.of(Integer.toString(id)));
        return houses.database.write(
                houses.a, SERVICE, new Write(statement, Write.Shape.NOTHING, true), end, written -> {
                    if (written.rows() > most) {
                        throw new IllegalStateException(written.rows() + " rows");
                    }
                });
    }

    private static ByteBuf line(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    }

    private Written write(String sql, String value) {
        return database(true, sql, value);
    }

    private Written database(boolean returning, String sql, String value) {
        var statement = new Statement(sql.formatted(houses.a.schema().quoted()), TwoHouses.values(value));
        return houses.database
                .write(
                        houses.a,
                        SERVICE,
                        new Write(statement, returning ? Write.Shape.ROWS : Write.Shape.NOTHING, false))
                .block(TwoHouses.PATIENCE);
    }

    private List<String> name(int id) {
        return houses.rows(houses.a, SERVICE, TwoHouses.track(houses.a, SERVICE, id));
    }
}
