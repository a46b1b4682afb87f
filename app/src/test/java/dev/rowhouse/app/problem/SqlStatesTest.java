package dev.rowhouse.app.problem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.tenancy.shard.ShardError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlStatesTest {

    @ParameterizedTest
    @CsvSource({
        "23505, 409", "23503, 409", "23P01, 409", "23502, 400", "23514, 400", "22P02, 400", "42501, 403", "42P01, 404",
        "42883, 404", "42703, 400", "57014, 504", "40001, 503", "40P01, 503", "53300, 503", "55P03, 503", "P0001, 400",
        "08006, 503", "57P01, 503", "28P01, 503", "XX000, 500", "0L000, 403", "0P000, 403", "28000, 403", "25006, 405",
        "09000, 500", "25001, 500", "25P04, 504", "2D000, 500", "38000, 500", "39000, 500", "3B000, 500", "40003, 503",
        "53400, 503", "54001, 400", "55000, 400", "58030, 503", "F0000, 500", "HV000, 500", "P0002, 500", "42P17, 500",
        "21000, 400", "0A000, 400"
    })
    void aSqlStateHasItsStatus(String sqlState, int status) {
        assertThat(SqlStates.typeOf(sqlState).status().value()).isEqualTo(status);
    }

    @Test
    void whatMayWorkLaterSaysWhen() {
        assertThat(SqlStates.answer(refused("40001", "could not serialize access"))
                        .headers())
                .containsEntry("Retry-After", "1");
    }

    @Test
    void whoIsNoUserIsAskedForOne() {
        var problem = SqlStates.toAnonymous(SqlStates.answer(refused("42501", "permission denied for table item")));

        assertThat(problem.type().status().value()).isEqualTo(401);
        assertThat(problem.code()).isEqualTo("42501");
        assertThat(problem.headers()).containsEntry("WWW-Authenticate", "Bearer");
    }

    @Test
    void whatIsReadOnlyNamesTheMethodThatIsNot() {
        assertThat(SqlStates.answer(refused("25006", "cannot execute INSERT in a read-only transaction"))
                        .headers())
                .containsEntry("Allow", "OPTIONS, POST");
    }

    @Test
    void ourNamesStayInside() {
        var text = "permission denied for table h_abcdefghijklmnop.item to role \"h_abcdefghijklmnop_a\","
                + " schema \"h_abcdefghijklmnop\".\"item\" and h_abcdefghijklmnop, login rowhouse_lane_3";

        assertThat(HouseNames.scrubbed(text))
                .isEqualTo("permission denied for table item to role anon, schema \"item\" and of the tenant,"
                        + " login of the server");
    }

    @Test
    void aTextOfTheBlueprintIsLeftAsItIs() {
        assertThat(HouseNames.scrubbed("relation \"h_street\".x and oh_abcdefghijklmnop.y"))
                .isEqualTo("relation \"h_street\".x and oh_abcdefghijklmnop.y");
    }

    @Test
    void anInternalFailureTellsNothing() {
        assertThat(SqlStates.answer(refused("XX000", "cache lookup failed for relation 4711")))
                .hasMessageNotContaining("4711");
    }

    private static ShardError.Refused refused(String sqlState, String text) {
        return new ShardError.Refused(sqlState, text, null, null, null, null, null, null, null);
    }
}
