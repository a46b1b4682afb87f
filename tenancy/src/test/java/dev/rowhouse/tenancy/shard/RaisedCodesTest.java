package dev.rowhouse.tenancy.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhouse.tenancy.Caller;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a tenant's function raises is its own error, also where PostgreSQL says the same of a connection that is lost. */
class RaisedCodesTest {

    private static final Caller SERVICE = TwoHouses.service();

    private TwoHouses houses;

    @BeforeEach
    void build() {
        houses = TwoHouses.onOneConnection();
        houses.execute("""
                CREATE SEQUENCE %1$s.calls;
                CREATE FUNCTION %1$s.failing(code text) RETURNS text LANGUAGE plpgsql AS
                  $$ BEGIN
                    PERFORM nextval('%1$s.calls');
                    RAISE EXCEPTION 'raised' USING ERRCODE = code;
                  END $$;
                GRANT USAGE ON ALL SEQUENCES IN SCHEMA %1$s TO PUBLIC;
                GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA %1$s TO PUBLIC""".formatted(houses.a.schema().quoted()));
    }

    @AfterEach
    void close() {
        houses.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"08006", "28000", "28P01", "53300", "57P01", "57P03", "3D000", "25P03", "25P04"})
    void itIsCalledOnceAndTakesNoConnectionWithIt(String code) {
        var plain = houses.process(houses.a);
        var inTransaction = houses.transactionProcess(houses.a);

        assertThatThrownBy(() -> fail(code))
                .isInstanceOfSatisfying(
                        ShardError.Refused.class,
                        refused -> assertThat(refused.sqlState()).isEqualTo(code));

        assertThat(calls()).isEqualTo("1");
        assertThat(houses.process(houses.a)).isEqualTo(plain);
        assertThat(houses.transactionProcess(houses.a)).isEqualTo(inTransaction);
    }

    private void fail(String code) {
        var sql = "SELECT to_json(%s.failing($1::text)) AS body, NULL::json AS head"
                .formatted(houses.a.schema().quoted());
        var call = new Read(new Statement(sql, List.of(code)), false, true);
        houses.database
                .call(houses.a, SERVICE, call, TransactionEnd.COMMIT, _ -> {})
                .blockLast(TwoHouses.PATIENCE);
    }

    private String calls() {
        houses.execute(
                "GRANT SELECT ON ALL SEQUENCES IN SCHEMA " + houses.a.schema().quoted() + " TO PUBLIC");
        var sql = "SELECT last_value AS n FROM %s.calls WHERE $1::text = ''"
                .formatted(houses.a.schema().quoted());
        List<String> rows = houses.rows(houses.a, SERVICE, TwoHouses.inTransaction(houses.a, SERVICE, sql, ""));
        return rows.getFirst().replaceAll("[^0-9]", "");
    }
}
