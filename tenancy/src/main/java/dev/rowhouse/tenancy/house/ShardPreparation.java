package dev.rowhouse.tenancy.house;

import static dev.rowhouse.platform.postgres.Quoting.identifier;
import static dev.rowhouse.platform.postgres.Quoting.literal;

import dev.rowhouse.platform.postgres.AdministrativeSession;
import dev.rowhouse.platform.postgres.PostgresEndpoint;
import dev.rowhouse.platform.postgres.PostgresFailure;
import dev.rowhouse.platform.postgres.PostgresLogin;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.shard.ShardDefinition;
import dev.rowhouse.tenancy.shard.ShardError;
import dev.rowhouse.tenancy.shard.ShardLogins;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Makes a PostgreSQL server a shard: login roles, an empty {@code public}, revoked rights, the schema {@code extensions},
 * the places of kept answers and of the journal. The only use of a superuser; its credential is not kept. Running it again changes nothing.
 */
public final class ShardPreparation {

    private static final String MAINTENANCE_DATABASE = "postgres";
    private static final long LOCK = 0x726f77_686f757365L;

    private static final String PROVISIONING_RIGHTS = " CREATEROLE BYPASSRLS";
    static final List<String> LANE_SETTINGS =
            List.of("search_path = ''", "idle_in_transaction_session_timeout = '60s'", "temp_file_limit = '1GB'");
    private static final List<String> BUILDER_SETTINGS = List.of(
            "search_path = ''",
            "statement_timeout = '60s'",
            "lock_timeout = '10s'",
            "transaction_timeout = '100s'",
            "idle_in_transaction_session_timeout = '60s'",
            "temp_file_limit = '1GB'");
    private static final List<String> READER_SETTINGS =
            List.of("search_path = ''", "timezone = 'UTC'", "idle_in_transaction_session_timeout = '60s'");
    private static final List<String> PROVISIONING_SETTINGS =
            List.of("search_path = ''", "lock_timeout = '30s'", "idle_in_transaction_session_timeout = '60s'");

    // Large objects live in no schema: a house cannot hold them, so nobody may make or open one.
    private static final List<String> LARGE_OBJECT_FUNCTIONS = List.of(
            "lo_creat(int)",
            "lo_create(oid)",
            "lo_from_bytea(oid, bytea)",
            "lo_open(oid, int)",
            "lo_get(oid)",
            "lo_get(oid, bigint, int)",
            "lo_put(oid, bigint, bytea)",
            "lo_unlink(oid)");

    /** What a lane is on the server. */
    public enum LaneRoles {
        /** A role that logs in by a derived password. */
        LOGINS,
        /** A group that nobody logs in as: its members are made and dropped by Vault. */
        GROUPS
    }

    private final ShardLogins logins;
    private final LaneRoles laneRoles;

    public ShardPreparation(ShardLogins logins, LaneRoles laneRoles) {
        this.logins = logins;
        this.laneRoles = laneRoles;
    }

    /** @param extensions to install in the schema {@code extensions}, for blueprints to use */
    public Mono<Void> prepare(ShardDefinition shard, PostgresLogin superuser, List<String> extensions) {
        return Mono.<Void>fromRunnable(() -> prepareBlocking(shard, superuser, extensions))
                .subscribeOn(Schedulers.boundedElastic())
                .onErrorMap(PostgresFailure.class, failure -> refusal(shard, failure));
    }

    private static ShardError refusal(ShardDefinition shard, PostgresFailure failure) {
        if (failure.isUnavailable()) {
            return new ShardError.Unavailable(shard.name(), failure);
        }
        var rights = failure.sqlState().startsWith("28") || failure.sqlState().equals("42501");
        return new ShardError.Unfit(
                shard.name(),
                "PostgreSQL says: " + failure.text()
                        + (rights ? " (expected: the name and the password of a superuser)" : ""));
    }

    // Roles belong to the whole server, so the lock is taken in the one database every server has.
    private void prepareBlocking(ShardDefinition shard, PostgresLogin superuser, List<String> extensions) {
        var endpoint = shard.endpoint();
        var maintenance = new PostgresEndpoint(endpoint.host(), endpoint.port(), MAINTENANCE_DATABASE);
        try (var server = AdministrativeSession.open(maintenance, superuser)) {
            server.execute("SET lock_timeout = '60s'; SELECT pg_catalog.pg_advisory_lock(" + LOCK + ")");
            requireNoPreparedTransactions(server, shard);
            requireNoOther(server, shard);
            createDatabase(server, endpoint.database());
            try (var database = AdministrativeSession.open(endpoint, superuser)) {
                database.transaction(() -> {
                    createRoles(database, shard);
                    closeDatabase(database, endpoint.database());
                    installExtensions(database, extensions);
                    AnswerKeeping.install(database);
                    JournalKeeping.install(database, logins.journalReader(shard.name()));
                });
            }
        }
    }

    // One that nobody ends would keep every reader of the journal waiting for ever.
    private static void requireNoPreparedTransactions(AdministrativeSession server, ShardDefinition shard) {
        var most = server.query("SHOW max_prepared_transactions", row -> row.getInt(1))
                .getFirst();
        if (most > 0) {
            throw new ShardError.Unfit(
                    shard.name(), "max_prepared_transactions is " + most + " (expected: 0, PostgreSQL's default)");
        }
    }

    // Logins belong to the whole server: a second shard there would give them other passwords and lock the first one
    // out.
    private void requireNoOther(AdministrativeSession server, ShardDefinition shard) {
        var registrar = logins.registrar(shard.name());
        var verifiers = server.query(
                "SELECT rolpassword FROM pg_catalog.pg_authid WHERE rolpassword IS NOT NULL AND rolname = "
                        + literal(registrar.user()),
                row -> row.getString(1));
        if (!verifiers.stream().allMatch(registrar::isVerifiedBy)) {
            throw new ShardError.Unfit(
                    shard.name(),
                    "its logins are those of another shard or installation (expected: a server for each shard; one whose"
                            + " shard is gone for good is free after ALTER ROLE " + registrar.user()
                            + " PASSWORD NULL)");
        }
    }

    private static void createDatabase(AdministrativeSession server, String database) {
        var found = server.query(
                "SELECT 1 FROM pg_catalog.pg_database WHERE datname = " + literal(database), row -> row.getInt(1));
        if (found.isEmpty()) {
            server.execute("CREATE DATABASE " + identifier(database) + " ENCODING 'UTF8' TEMPLATE template0");
        }
    }

    private void createRoles(AdministrativeSession database, ShardDefinition shard) {
        for (var caller : CallerClass.values()) {
            role(database, caller.blueprintRole(), "NOLOGIN NOINHERIT");
        }
        IntStream.rangeClosed(1, shard.lanes()).forEach(lane -> lane(database, shard, lane));
        if (laneRoles == LaneRoles.GROUPS) {
            LaneIssuer.install(database, shard);
        }
        IntStream.rangeClosed(1, BuildingYard.BUILDERS)
                .forEach(
                        builder -> login(database, shard, logins.builder(shard.name(), builder), "", BUILDER_SETTINGS));
        login(database, shard, logins.journalReader(shard.name()), "", READER_SETTINGS);
        // Where it holds the lock of who leads: out of reach of what runs in houses.
        database.execute("GRANT CONNECT ON DATABASE " + MAINTENANCE_DATABASE + " TO "
                + identifier(logins.journalReader(shard.name()).user()));
        login(database, shard, logins.registrar(shard.name()), PROVISIONING_RIGHTS, PROVISIONING_SETTINGS);
        database.execute("GRANT CONNECT, CREATE ON DATABASE "
                + identifier(shard.endpoint().database()) + " TO "
                + ShardLogins.registrarRole().quoted() + " WITH GRANT OPTION");
        var provisioners = new TreeSet<>(Provisioners.numbers(database));
        provisioners.add(Provisioners.FIRST);
        for (int provisioner : provisioners) {
            login(
                    database,
                    shard,
                    logins.provisioner(shard.name(), provisioner),
                    PROVISIONING_RIGHTS,
                    PROVISIONING_SETTINGS);
            database.execute(
                    "GRANT CREATE ON DATABASE " + identifier(shard.endpoint().database()) + " TO "
                            + ShardLogins.provisionerRole(provisioner).quoted());
        }
    }

    private void lane(AdministrativeSession database, ShardDefinition shard, int lane) {
        var login = logins.lane(shard.name(), lane);
        login(database, shard, login, "", LANE_SETTINGS);
        var name = identifier(login.user());
        database.execute("ALTER ROLE " + name + (laneRoles == LaneRoles.GROUPS ? " NOLOGIN PASSWORD NULL" : " LOGIN"));
    }

    private static void login(
            AdministrativeSession database,
            ShardDefinition shard,
            PostgresLogin login,
            String rights,
            List<String> settings) {
        var name = identifier(login.user());
        role(database, login.user(), "LOGIN NOINHERIT" + rights);
        // The server is sent the verifier only, so that no password reaches its log.
        database.execute("ALTER ROLE " + name + " PASSWORD " + literal(database.verifier(login)));
        settings.forEach(setting -> database.execute("ALTER ROLE " + name + " SET " + setting));
        database.execute(
                "GRANT CONNECT ON DATABASE " + identifier(shard.endpoint().database()) + " TO " + name);
    }

    static void role(AdministrativeSession database, String role, String attributes) {
        var found = database.query(
                "SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = " + literal(role), row -> row.getInt(1));
        if (found.isEmpty()) {
            database.execute("CREATE ROLE " + identifier(role) + " " + attributes);
        }
    }

    private static void closeDatabase(AdministrativeSession database, String name) {
        database.execute("REVOKE ALL ON DATABASE " + identifier(name) + " FROM PUBLIC");
        database.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC");
        // Lets a builder see whether a blueprint changed a role; what the row says of the password stays unreadable.
        database.execute("GRANT SELECT (rolname, xmin) ON pg_catalog.pg_authid TO PUBLIC");
        LARGE_OBJECT_FUNCTIONS.forEach(
                function -> database.execute("REVOKE EXECUTE ON FUNCTION pg_catalog." + function + " FROM PUBLIC"));
    }

    private static void installExtensions(AdministrativeSession database, List<String> extensions) {
        database.execute("CREATE SCHEMA IF NOT EXISTS extensions; GRANT USAGE ON SCHEMA extensions TO PUBLIC");
        extensions.forEach(extension -> database.execute(
                "CREATE EXTENSION IF NOT EXISTS " + identifier(extension) + " SCHEMA extensions CASCADE"));
    }
}
