package dev.rowhouse.tenancy.house;

import static dev.rowhouse.platform.postgres.Quoting.literal;

import dev.rowhouse.platform.postgres.AdministrativeSession;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.RoleName;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What there is of a house on a shard.
 *
 * @param sign the comment of the schema, which the transaction that built the house wrote
 */
record Remains(HouseId house, boolean schema, @Nullable String sign, List<String> roles) {

    private static final Pattern NAME = Pattern.compile("h_([a-z2-7]{16})(?:_[oaus])?");

    // Roles belong to the whole server: a house whose objects are in another of its databases is not of this shard.
    private static final String ROLES = "SELECT r.rolname FROM pg_catalog.pg_roles r WHERE r.rolname %s"
            + " AND NOT EXISTS (SELECT FROM pg_catalog.pg_shdepend d JOIN pg_catalog.pg_roles o ON o.oid = d.refobjid"
            + " WHERE d.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass AND d.dbid <> 0"
            + " AND d.dbid <> (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())"
            + " AND o.rolname = pg_catalog.substr(r.rolname, 1, 18) || '_o')";

    // A range, so that the index on names is used.
    private static final String RANGE = "BETWEEN 'h_' AND 'h_zzzzzzzzzzzzzzzz_z'";

    private static final String ALL =
            "SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname " + RANGE + " UNION " + ROLES.formatted(RANGE);

    static Remains of(AdministrativeSession session, HouseId house) {
        var schemas = session.query(
                "SELECT coalesce(pg_catalog.obj_description(oid, 'pg_namespace'), '') FROM pg_catalog.pg_namespace"
                        + " WHERE nspname = " + literal(house.schema().value()),
                row -> row.getString(1));
        var roles =
                session.query(ROLES.formatted("IN (" + HouseSql.roleLiterals(house) + ")"), row -> row.getString(1));
        var sign = schemas.isEmpty() || schemas.getFirst().isEmpty() ? null : schemas.getFirst();
        return new Remains(house, !schemas.isEmpty(), sign, roles);
    }

    /** Returns the houses that {@code builder} may still act as the owner of. */
    static List<HouseId> ownedBy(AdministrativeSession session, RoleName builder) {
        return houses(session.query(
                "SELECT r.rolname FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles r ON r.oid = m.roleid"
                        + " WHERE m.member = " + literal(builder.value()) + "::pg_catalog.regrole",
                row -> row.getString(1)));
    }

    static List<HouseId> all(AdministrativeSession session) {
        return houses(session.query(ALL, row -> row.getString(1)));
    }

    private static List<HouseId> houses(List<String> names) {
        return names.stream()
                .map(NAME::matcher)
                .filter(Matcher::matches)
                .map(match -> new HouseId(match.group(1)))
                .distinct()
                .toList();
    }

    boolean isFinished() {
        return sign != null;
    }

    boolean isNothing() {
        return !schema && roles.isEmpty();
    }

    String demolition() {
        return HouseSql.demolish(house, roles, schema);
    }
}
