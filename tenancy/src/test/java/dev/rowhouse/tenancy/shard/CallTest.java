package dev.rowhouse.tenancy.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhouse.tenancy.Caller;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Statements whose functions may change rows, on one connection. */
class CallTest {

    private static final Caller SERVICE = TwoHouses.service();
    private static final String RENAME =
            "WITH renamed AS (UPDATE %s.track SET name = $1::text WHERE id < 3 RETURNING id) SELECT to_json(id) AS body,"
                    + " json_build_object('said', current_setting('request.said', true)) AS head FROM renamed";

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
    void anAnswerComesWithItsHeadAfterTheCommit() {
        assertThat(call(SERVICE, "new", TransactionEnd.COMMIT, _ -> {})).containsExactly("{\"said\" : null}", "1", "2");
        assertThat(names()).isEqualTo("new,new");
    }

    @Test
    void aRolledBackCallAnswersAndChangesNothing() {
        assertThat(call(SERVICE, "new", TransactionEnd.ROLLBACK, _ -> {})).hasSize(3);
        assertThat(names()).isEqualTo("CANARY-A-1,CANARY-A-2");
    }

    @Test
    void whatIsNotAcceptedIsUndone() {
        Consumer<List<ByteBuf>> never = _ -> {
            throw new IllegalStateException("not so");
        };

        assertThatThrownBy(() -> call(SERVICE, "new", TransactionEnd.COMMIT, never))
                .hasMessage("not so");
        assertThat(names()).isEqualTo("CANARY-A-1,CANARY-A-2");
    }

    @Test
    void theRequestsSettingsEndWithItsTransaction() {
        var said = "it's \\ \"said\"; RESET ROLE --";
        var speaking = SERVICE.with(Map.of("request.said", said));

        assertThat(call(speaking, "new", TransactionEnd.COMMIT, _ -> {}).getFirst())
                .isEqualTo("{\"said\" : \"it's \\\\ \\\"said\\\"; RESET ROLE --\"}");
        assertThat(call(SERVICE, "newer", TransactionEnd.COMMIT, _ -> {}).getFirst())
                .doesNotContain("it's");
    }

    private List<String> call(Caller caller, String name, TransactionEnd end, Consumer<List<ByteBuf>> acceptance) {
        var sql = RENAME.formatted(houses.a.schema().quoted());
        var call = new Read(new Statement(sql, List.of(name)), false, true);
        return houses.database
                .call(houses.a, caller, call, end, acceptance)
                .map(CallTest::text)
                .collectList()
                .block(TwoHouses.PATIENCE);
    }

    private String names() {
        var sql = "SELECT to_json(string_agg(name, ',' ORDER BY id)) AS body FROM %s.track WHERE id < $1::int4"
                .formatted(houses.a.schema().quoted());
        var read = new Read(new Statement(sql, List.of("3")), false, false);
        return houses.database
                .read(houses.a, SERVICE, read)
                .map(CallTest::text)
                .blockLast(TwoHouses.PATIENCE)
                .replace("\"", "");
    }

    private static String text(ByteBuf part) {
        try {
            return part.toString(StandardCharsets.UTF_8);
        } finally {
            part.release();
        }
    }
}
