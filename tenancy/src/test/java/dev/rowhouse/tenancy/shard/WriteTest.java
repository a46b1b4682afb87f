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
        assertThat(new String(written.body(), StandardCharsets.UTF_8))
                .isEqualTo("[{\"id\":1,\"name\":\"new\"},{\"id\":2,\"name\":\"new\"}]");
        assertThat(name(1)).containsExactly("{\"id\":1,\"name\":\"new\"}");
    }

    @Test
    void aWriteThatReturnsNothingCountsItsRows() {
        var written = database(false, "DELETE FROM %s.track WHERE id <= $1::int4", "10");
        assertThat(written.rows()).isEqualTo(10);
        assertThat(written.body()).isEmpty();
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

    private static ByteBuf line(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    }

    private Written write(String sql, String value) {
        return database(true, sql, value);
    }

    private Written database(boolean returning, String sql, String value) {
        var statement = new Statement(sql.formatted(houses.a.schema().quoted()), TwoHouses.values(value));
        return houses.database
                .write(houses.a, SERVICE, new Write(statement, returning))
                .block(TwoHouses.PATIENCE);
    }

    private List<String> name(int id) {
        return houses.rows(houses.a, SERVICE, TwoHouses.track(houses.a, SERVICE, id));
    }
}
