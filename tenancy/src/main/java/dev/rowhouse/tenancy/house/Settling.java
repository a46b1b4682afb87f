package dev.rowhouse.tenancy.house;

import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.RoleName;
import dev.rowhouse.tenancy.house.HouseRights.HouseObject;
import dev.rowhouse.tenancy.house.HouseRights.Kind;
import dev.rowhouse.tenancy.house.HouseRights.Policy;
import dev.rowhouse.tenancy.house.HouseRights.Right;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Turns what a blueprint gave to {@code anon}, {@code authenticated}, {@code service_role} and PUBLIC into rights of the
 * house's own roles. Pure: rights in, statements out.
 */
final class Settling {

    private static final String PUBLIC = "";
    // Stands for the objects until all are known; no quoted name holds this character.
    private static final String OBJECTS = " \0";
    private static final String ALL_OF_A_TABLE = "SELECT, INSERT, UPDATE, DELETE, TRUNCATE";

    private final HouseId house;
    private final HouseRights found;
    private final List<String> statements = new ArrayList<>();

    private Settling(HouseId house, HouseRights found) {
        this.house = house;
        this.found = found;
    }

    /** Returns the statements, to be run by the house's owner. */
    static List<String> statements(HouseId house, HouseRights found) {
        var settling = new Settling(house, found);
        settling.revokeOriginals();
        settling.revokeFutureRights();
        settling.grantToCallers();
        settling.grantToService();
        settling.readViewsAsTheirCaller();
        settling.fixSearchPaths();
        settling.rewritePolicies();
        settling.openSchema();
        return List.copyOf(settling.statements);
    }

    private void revokeOriginals() {
        var lost = new TreeMap<String, Set<String>>();
        for (var right : found.rights()) {
            var from = grantee(right.grantee());
            lost.computeIfAbsent(
                            "ALL ON " + right.kind().word() + OBJECTS + " FROM " + from, _ -> new LinkedHashSet<>())
                    .add(right.sql());
        }
        lost.forEach((what, objects) ->
                statements.add("REVOKE " + what.replace(OBJECTS, " " + String.join(", ", objects))));
    }

    // What a blueprint made has its rights by now; what is made later gets none by itself.
    private void revokeFutureRights() {
        for (var right : found.futureRights()) {
            var place = right.inSchema() ? " IN SCHEMA " + house.schema().quoted() : "";
            statements.add("ALTER DEFAULT PRIVILEGES" + place + " REVOKE ALL ON " + right.kind() + " FROM "
                    + grantee(right.grantee()));
        }
    }

    private static String grantee(String name) {
        return name.equals(PUBLIC) ? "PUBLIC" : new RoleName(name).quoted();
    }

    private void grantToCallers() {
        var given = new TreeMap<String, Set<String>>();
        for (var right : found.rights()) {
            if (isOpenToCallers(right)) {
                var roles = ownRoles(right.grantee());
                var what = right.privilege() + (right.column() == null ? "" : " (" + right.column() + ")");
                given.computeIfAbsent(
                                what + " ON " + right.kind().word() + OBJECTS + " TO " + roles,
                                _ -> new LinkedHashSet<>())
                        .add(right.sql());
            }
        }
        given.forEach((what, objects) ->
                statements.add("GRANT " + what.replace(OBJECTS, " " + String.join(", ", objects))));
    }

    // A materialized view shows its owner's rows to everyone; a type's or the schema's rights are no caller's business.
    private static boolean isOpenToCallers(Right right) {
        return switch (right.kind()) {
            case TABLE, VIEW ->
                !right.privilege().equals("TRIGGER") && !right.privilege().equals("MAINTAIN");
            case SEQUENCE, ROUTINE -> true;
            case MATERIALIZED_VIEW, TYPE, SCHEMA -> false;
        };
    }

    private void grantToService() {
        var service = house.role(CallerClass.SERVICE).quoted();
        grantEach(ALL_OF_A_TABLE + " ON TABLE", service, Kind.TABLE, Kind.VIEW);
        grantEach("SELECT ON TABLE", service, Kind.MATERIALIZED_VIEW);
        grantEach("USAGE, SELECT, UPDATE ON SEQUENCE", service, Kind.SEQUENCE);
        grantEach("EXECUTE ON ROUTINE", service, Kind.ROUTINE);
    }

    private void grantEach(String what, String role, Kind... kinds) {
        var objects = found.objects().stream()
                .filter(object -> Arrays.asList(kinds).contains(object.kind()))
                .map(HouseObject::sql)
                .collect(Collectors.joining(", "));
        if (!objects.isEmpty()) {
            statements.add("GRANT " + what + " " + objects + " TO " + role);
        }
    }

    private void readViewsAsTheirCaller() {
        for (var object : found.objects()) {
            if (object.kind() == Kind.VIEW && !object.invoker()) {
                statements.add("ALTER VIEW " + object.sql() + " SET (security_invoker = true)");
            }
        }
    }

    private void fixSearchPaths() {
        for (var object : found.objects()) {
            if (object.wandering()) {
                statements.add("ALTER ROUTINE " + object.sql() + " SET search_path = "
                        + house.schema().quoted() + ", extensions, pg_temp");
            }
        }
    }

    private void rewritePolicies() {
        for (var policy : found.policies()) {
            if (!policy.roles().contains(PUBLIC)) {
                statements.add("ALTER POLICY " + policy.name() + " ON " + policy.table() + " TO " + ownRoles(policy));
            }
        }
    }

    private String ownRoles(Policy policy) {
        return policy.roles().stream()
                .map(role -> role.equals(house.owner().value()) ? house.owner().quoted() : ownRoles(role))
                .collect(Collectors.joining(", "));
    }

    private String ownRoles(String grantee) {
        if (grantee.equals(PUBLIC)) {
            return HouseSql.callers(house);
        }
        for (var caller : CallerClass.values()) {
            if (grantee.equals(caller.blueprintRole())) {
                return house.role(caller).quoted();
            }
        }
        throw new HouseError.LeavesHouse(
                HouseError.LeavesHouse.NO_PART,
                "the blueprint gives rights to role \"" + grantee
                        + "\" (allowed: anon, authenticated, service_role, PUBLIC)");
    }

    // Last: a schema that callers may use is a house that is settled.
    private void openSchema() {
        statements.add("GRANT USAGE ON SCHEMA " + house.schema().quoted() + " TO " + HouseSql.callers(house));
    }
}
