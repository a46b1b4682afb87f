package dev.rowhouse.tenancy.house;

import static dev.rowhouse.platform.postgres.Quoting.literal;

import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.RoleName;
import dev.rowhouse.tenancy.shard.ShardLogins;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a provisioner says to PostgreSQL: roles, schema and memberships of a house. Pure. */
final class HouseSql {

    private static final String LOCK_SEED = "1919907688";

    private HouseSql() {}

    /** Creates the house's four roles, its empty schema and all memberships. */
    static String stakeOut(Plot plot, RoleName builder) {
        var id = plot.id();
        var owner = id.owner().quoted();
        var sql = new StringBuilder();
        sql.append("CREATE ROLE ").append(owner).append(" NOLOGIN NOINHERIT;");
        for (var caller : CallerClass.values()) {
            sql.append("CREATE ROLE ").append(id.role(caller).quoted()).append(" NOLOGIN NOINHERIT");
            sql.append(caller == CallerClass.SERVICE ? " BYPASSRLS;" : ";");
        }
        // To create a schema for another role one must be able to become that role, for as long as it takes.
        sql.append("GRANT ").append(owner).append(" TO CURRENT_USER WITH INHERIT FALSE, SET TRUE;");
        sql.append("CREATE SCHEMA ")
                .append(id.schema().quoted())
                .append(" AUTHORIZATION ")
                .append(owner)
                .append(';');
        sql.append("REVOKE ").append(owner).append(" FROM CURRENT_USER GRANTED BY CURRENT_USER;");
        if (!plot.lanes().isEmpty()) {
            sql.append("GRANT ").append(callers(id)).append(" TO ");
            sql.append(plot.lanes().stream()
                    .map(lane -> ShardLogins.laneRole(lane).quoted())
                    .collect(Collectors.joining(", ")));
            sql.append(" WITH INHERIT FALSE, SET TRUE;");
        }
        sql.append("GRANT ").append(owner).append(" TO ").append(builder.quoted());
        return sql.append(" WITH INHERIT FALSE, SET TRUE;").toString();
    }

    /** Ends the builder's way into the house. */
    static String handOver(HouseId id, RoleName builder) {
        return "REVOKE " + id.owner().quoted() + " FROM " + builder.quoted() + ";";
    }

    /** Removes those of the house's parts that exist. */
    static String demolish(HouseId id, Collection<String> roles, boolean schema) {
        var names = roles.stream().map(role -> new RoleName(role).quoted()).collect(Collectors.joining(", "));
        var sql = new StringBuilder();
        if (!roles.isEmpty()) {
            sql.append("GRANT ").append(names).append(" TO CURRENT_USER WITH INHERIT TRUE;");
        }
        if (schema) {
            sql.append("DROP SCHEMA ").append(id.schema().quoted()).append(" CASCADE;");
        }
        if (!roles.isEmpty()) {
            sql.append("DROP OWNED BY ").append(names).append(" CASCADE;");
            sql.append("DROP ROLE ").append(names).append(';');
        }
        return sql.toString();
    }

    /** Waits until nobody else builds or removes the house; the session holds the lock. */
    static String lock(HouseId id) {
        return "SELECT pg_catalog.pg_advisory_lock(pg_catalog.hashtextextended(" + literal(id.value()) + ", "
                + LOCK_SEED + "))";
    }

    static String roleLiterals(HouseId id) {
        return roles(id).stream().map(role -> literal(role.value())).collect(Collectors.joining(", "));
    }

    static List<RoleName> roles(HouseId id) {
        return Stream.concat(
                        Stream.of(id.owner()), Stream.of(CallerClass.values()).map(id::role))
                .toList();
    }

    static String callers(HouseId id) {
        return Stream.of(CallerClass.values())
                .map(caller -> id.role(caller).quoted())
                .collect(Collectors.joining(", "));
    }
}
