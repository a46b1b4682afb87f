package dev.rowhouse.tenancy.house;

import static dev.rowhouse.platform.postgres.Quoting.identifier;
import static dev.rowhouse.platform.postgres.Quoting.literal;

import dev.rowhouse.platform.postgres.AdministrativeSession;
import dev.rowhouse.platform.postgres.PostgresLogin;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.shard.ShardDefinition;
import dev.rowhouse.tenancy.shard.ShardLogins;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The logins that create houses. A role that creates roles becomes ADMIN member of each, and PostgreSQL walks through all
 * of them again and again, so each login is replaced when it has created {@link #HOUSES} houses.
 */
final class Provisioners {

    static final int FIRST = 1;

    private static final int HOUSES = 300;
    private static final int ROLES_PER_HOUSE = 4;
    private static final long SUCCESSION_LOCK = 0x726f77_70726f76L;
    private static final String PREFIX = "rowhouse_provisioner_";

    // A range, so that the index on names is used: a shard has four roles for each house.
    private static final String NUMBERS = "SELECT pg_catalog.substr(rolname, " + (PREFIX.length() + 1)
            + ")::pg_catalog.int4 FROM pg_catalog.pg_roles WHERE rolname > '" + PREFIX + "' AND rolname < '" + PREFIX
            + "A' AND pg_catalog.has_database_privilege(oid, pg_catalog.current_database(), 'CREATE') ORDER BY 1";

    private final ShardDefinition shard;
    private final ShardLogins logins;
    private final Sessions sessions;
    private volatile int newest = FIRST;

    Provisioners(ShardDefinition shard, ShardLogins logins, Sessions sessions) {
        this.shard = shard;
        this.logins = logins;
        this.sessions = sessions;
    }

    /** Returns the numbers of all provisioners of this database, in order. */
    static List<Integer> numbers(AdministrativeSession session) {
        return session.query(
                NUMBERS.replace(
                        " AND pg_catalog.has_database_privilege(oid, pg_catalog.current_database(), 'CREATE')", ""),
                row -> row.getInt(1));
    }

    /** Returns the login that creates the next houses. */
    PostgresLogin current() {
        var login = login(newest);
        var state = sessions.with(login, Provisioners::state);
        if (state.newest() > newest) {
            newest = state.newest();
            return current();
        }
        if (state.roles() < HOUSES * ROLES_PER_HOUSE) {
            return login;
        }
        newest = sessions.with(logins.registrar(shard.name()), session -> succeed(session, state.newest()));
        return login(newest);
    }

    /** Returns the number of the login that created the house's roles, or null when there are none. */
    static @Nullable Integer creatorOf(AdministrativeSession session, HouseId house) {
        return session
                .query(
                        "SELECT pg_catalog.substr(m.rolname, " + (PREFIX.length() + 1) + ")::pg_catalog.int4"
                                + " FROM pg_catalog.pg_auth_members a"
                                + " JOIN pg_catalog.pg_roles r ON r.oid = a.roleid"
                                + " JOIN pg_catalog.pg_roles m ON m.oid = a.member"
                                + " WHERE r.rolname IN (" + HouseSql.roleLiterals(house) + ")"
                                + " AND a.admin_option AND m.rolname > '" + PREFIX + "' AND m.rolname < '" + PREFIX
                                + "A' LIMIT 1",
                        row -> row.getInt(1))
                .stream()
                .findFirst()
                .orElse(null);
    }

    /** Returns the number of the newest provisioner known here. */
    int newest() {
        return newest;
    }

    PostgresLogin login(int provisioner) {
        return logins.provisioner(shard.name(), provisioner);
    }

    private record State(int newest, int roles) {}

    private static State state(AdministrativeSession session) {
        var numbers = session.query(NUMBERS, row -> row.getInt(1));
        int roles = session.query(
                        "SELECT pg_catalog.count(*) FROM pg_catalog.pg_auth_members"
                                + " WHERE member = session_user::pg_catalog.regrole AND admin_option",
                        row -> row.getInt(1))
                .getFirst();
        return new State(numbers.isEmpty() ? FIRST : numbers.getLast(), roles);
    }

    private int succeed(AdministrativeSession registrar, int predecessor) {
        registrar.execute("SELECT pg_catalog.pg_advisory_lock(" + SUCCESSION_LOCK + ")");
        int last = registrar.query(NUMBERS, row -> row.getInt(1)).getLast();
        if (last > predecessor) {
            return last;
        }
        var successor = login(last + 1);
        var name = identifier(successor.user());
        var database = identifier(shard.endpoint().database());
        registrar.execute("BEGIN; CREATE ROLE " + name + " LOGIN NOINHERIT CREATEROLE BYPASSRLS PASSWORD "
                + literal(registrar.verifier(successor))
                + "; ALTER ROLE " + name + " SET search_path = ''"
                + "; ALTER ROLE " + name + " SET lock_timeout = '30s'"
                + "; ALTER ROLE " + name + " SET idle_in_transaction_session_timeout = '60s'"
                + "; GRANT CONNECT, CREATE ON DATABASE " + database + " TO " + name + "; COMMIT");
        return last + 1;
    }
}
