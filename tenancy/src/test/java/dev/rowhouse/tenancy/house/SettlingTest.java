package dev.rowhouse.tenancy.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.house.HouseRights.FutureRight;
import dev.rowhouse.tenancy.house.HouseRights.HouseObject;
import dev.rowhouse.tenancy.house.HouseRights.Kind;
import dev.rowhouse.tenancy.house.HouseRights.Policy;
import dev.rowhouse.tenancy.house.HouseRights.Right;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettlingTest {

    private static final HouseId HOUSE = new HouseId("aaaaaaaaaaaaaaaa");
    private static final String ANON = "\"h_aaaaaaaaaaaaaaaa_a\"";
    private static final String USER = "\"h_aaaaaaaaaaaaaaaa_u\"";
    private static final String SERVICE = "\"h_aaaaaaaaaaaaaaaa_s\"";
    private static final String SCHEMA = "\"h_aaaaaaaaaaaaaaaa\"";

    @Test
    void anEmptyHouseIsOpenedToItsThreeCallers() {
        assertThat(settled(List.of(), List.of(), List.of(), List.of()))
                .containsExactly("GRANT USAGE ON SCHEMA " + SCHEMA + " TO " + ANON + ", " + USER + ", " + SERVICE);
    }

    @Test
    void grantsBecomeTheHousesOwnAndTheOriginalsGo() {
        assertThat(settled(
                        List.of(table("h.a"), table("h.b")),
                        List.of(
                                right(Kind.TABLE, "h.a", "anon", "SELECT"),
                                right(Kind.TABLE, "h.b", "anon", "SELECT"),
                                right(Kind.TABLE, "h.b", "authenticated", "INSERT")),
                        List.of(),
                        List.of()))
                .startsWith(
                        "REVOKE ALL ON TABLE h.a, h.b FROM \"anon\"",
                        "REVOKE ALL ON TABLE h.b FROM \"authenticated\"",
                        "GRANT INSERT ON TABLE h.b TO " + USER,
                        "GRANT SELECT ON TABLE h.a, h.b TO " + ANON,
                        "GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON TABLE h.a, h.b TO " + SERVICE);
    }

    @Test
    void publicStandsForAllThreeCallersAndIsRevoked() {
        assertThat(settled(
                        List.of(new HouseObject(Kind.ROUTINE, "h.f()", false, true)),
                        List.of(right(Kind.ROUTINE, "h.f()", "", "EXECUTE")),
                        List.of(),
                        List.of()))
                .startsWith(
                        "REVOKE ALL ON ROUTINE h.f() FROM PUBLIC",
                        "GRANT EXECUTE ON ROUTINE h.f() TO " + ANON + ", " + USER + ", " + SERVICE,
                        "GRANT EXECUTE ON ROUTINE h.f() TO " + SERVICE,
                        "ALTER ROUTINE h.f() SET search_path = " + SCHEMA + ", extensions, pg_temp");
    }

    @Test
    void columnsKeepTheirColumn() {
        assertThat(settled(
                        List.of(),
                        List.of(new Right(Kind.TABLE, "h.a", "\"my col\"", "anon", "SELECT")),
                        List.of(),
                        List.of()))
                .contains("GRANT SELECT (\"my col\") ON TABLE h.a TO " + ANON);
    }

    @Test
    void materializedViewsTypesAndTheSchemaOpenToNoCaller() {
        assertThat(settled(
                        List.of(new HouseObject(Kind.MATERIALIZED_VIEW, "h.m", false, false)),
                        List.of(
                                right(Kind.MATERIALIZED_VIEW, "h.m", "anon", "SELECT"),
                                right(Kind.TYPE, "h.t", "", "USAGE"),
                                right(Kind.SCHEMA, "h", "anon", "CREATE")),
                        List.of(),
                        List.of()))
                .containsExactly(
                        "REVOKE ALL ON SCHEMA h FROM \"anon\"",
                        "REVOKE ALL ON TABLE h.m FROM \"anon\"",
                        "REVOKE ALL ON TYPE h.t FROM PUBLIC",
                        "GRANT SELECT ON TABLE h.m TO " + SERVICE,
                        "GRANT USAGE ON SCHEMA " + SCHEMA + " TO " + ANON + ", " + USER + ", " + SERVICE);
    }

    @Test
    void viewsReadAsTheirCallerUnlessTheBlueprintSaysOtherwise() {
        assertThat(settled(
                        List.of(
                                new HouseObject(Kind.VIEW, "h.v", false, false),
                                new HouseObject(Kind.VIEW, "h.w", true, false)),
                        List.of(),
                        List.of(),
                        List.of()))
                .contains("ALTER VIEW h.v SET (security_invoker = true)")
                .doesNotContain("ALTER VIEW h.w SET (security_invoker = true)");
    }

    @Test
    void policiesNameTheHousesRolesAndPublicOnesStay() {
        assertThat(settled(
                        List.of(),
                        List.of(),
                        List.of(
                                new Policy("h.a", "p", List.of("anon", "authenticated")),
                                new Policy("h.a", "q", List.of(""))),
                        List.of()))
                .contains("ALTER POLICY p ON h.a TO " + ANON + ", " + USER)
                .noneMatch(statement -> statement.contains("POLICY q"));
    }

    @Test
    void nothingMadeLaterHasRightsByItself() {
        assertThat(settled(List.of(), List.of(), List.of(), List.of(new FutureRight("TABLES", true, "anon"))))
                .contains("ALTER DEFAULT PRIVILEGES IN SCHEMA " + SCHEMA + " REVOKE ALL ON TABLES FROM \"anon\"");
    }

    @Test
    void anyOtherRoleIsRefused() {
        var stranger = List.of(right(Kind.TABLE, "h.a", "rowhouse_lane_1", "SELECT"));
        assertThatThrownBy(() -> settled(List.of(), stranger, List.of(), List.of()))
                .isInstanceOf(HouseError.LeavesHouse.class)
                .hasMessageContaining("rowhouse_lane_1");
        var policy = List.of(new Policy("h.a", "p", List.of("h_bbbbbbbbbbbbbbbb_a")));
        assertThatThrownBy(() -> settled(List.of(), List.of(), policy, List.of()))
                .isInstanceOf(HouseError.LeavesHouse.class);
    }

    private static List<String> settled(
            List<HouseObject> objects, List<Right> rights, List<Policy> policies, List<FutureRight> future) {
        return Settling.statements(HOUSE, new HouseRights(objects, rights, policies, future));
    }

    private static HouseObject table(String sql) {
        return new HouseObject(Kind.TABLE, sql, false, false);
    }

    private static Right right(Kind kind, String sql, String grantee, String privilege) {
        return new Right(kind, sql, null, grantee, privilege);
    }
}
