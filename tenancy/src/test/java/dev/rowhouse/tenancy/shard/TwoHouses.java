package dev.rowhouse.tenancy.shard;

import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.platform.postgres.PostgresEndpoint;
import dev.rowhouse.tenancy.BlueprintVersion;
import dev.rowhouse.tenancy.Caller;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.RoleName;
import dev.rowhouse.tenancy.ShardName;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/**
 * A database with two houses that look the same: the same tables, the same ids; every text names its house
 * ({@code CANARY-A-…}, {@code CANARY-B-…}). Both are on one lane of one connection unless told otherwise.
 */
final class TwoHouses implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(20);

    // Where a test is not about it, a busy machine may take its time.
    private static final Duration ROOM_TO_CONNECT = Duration.ofSeconds(10);

    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final ShardLogins LOGINS = new ShardLogins("a secret that is only used in these tests");

    private static final String ROLES = """
            CREATE ROLE "$_o" NOLOGIN; CREATE ROLE "$_a" NOLOGIN; CREATE ROLE "$_u" NOLOGIN;
            CREATE ROLE "$_s" NOLOGIN BYPASSRLS;
            GRANT "$_a", "$_u", "$_s" TO rowhouse_lane_%d WITH INHERIT FALSE, SET TRUE;
            CREATE SCHEMA "$" AUTHORIZATION "$_o";
            GRANT USAGE ON SCHEMA "$" TO "$_a", "$_u", "$_s";
            """;

    private static final String TABLES = """
            SET ROLE "$_o";
            SET search_path TO "$";
            CREATE TABLE track (id int PRIMARY KEY, name text NOT NULL);
            INSERT INTO track SELECT n, 'CANARY-' || '%s' || '-' || n FROM generate_series(1, 1000) AS n;
            CREATE TABLE note (id int PRIMARY KEY, author text NOT NULL, body text NOT NULL);
            INSERT INTO note SELECT n, 'user-' || n %% 2, 'CANARY-' || '%s' || '-' || n FROM generate_series(1, 10) AS n;
            ALTER TABLE note ENABLE ROW LEVEL SECURITY;
            CREATE POLICY mine ON note TO "$_u"
              USING (author = nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub');
            CREATE FUNCTION escalate() RETURNS text LANGUAGE plpgsql AS
              $$ BEGIN RETURN set_config('role', '$_s', false); END $$;
            CREATE FUNCTION litter() RETURNS text LANGUAGE plpgsql AS
              $$ BEGIN
                PERFORM set_config('search_path', '$', false), set_config('statement_timeout', '3s', false),
                  set_config('my.leak', 'CANARY-%s', false), pg_advisory_lock(4711);
                EXECUTE 'DECLARE leak CURSOR WITH HOLD FOR SELECT 1';
                RETURN 'CANARY-%s';
              END $$;
            CREATE FUNCTION forge() RETURNS text LANGUAGE plpgsql AS
              $$ DECLARE known text; BEGIN
                FOR known IN SELECT name FROM pg_catalog.pg_prepared_statements LOOP
                  EXECUTE format('DEALLOCATE %%I', known);
                  EXECUTE format('PREPARE %%I (varchar) AS SELECT json_build_object(''name'', ''CANARY-%s'')', known);
                END LOOP;
                RETURN 'CANARY-%s';
              END $$;
            REVOKE ALL ON ALL FUNCTIONS IN SCHEMA "$" FROM PUBLIC;
            GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA "$" TO "$_a", "$_u", "$_s";
            GRANT SELECT ON track TO "$_a";
            GRANT UPDATE ON track TO "$_a";
            GRANT SELECT, INSERT, UPDATE, DELETE ON track, note TO "$_u", "$_s";
            RESET ROLE;
            """;

    private static final LoopResources LOOPS = LoopResources.create("twins", 1, 2, true, true);

    final House a;
    final House b;
    final Shards shards;
    final TenantDatabase database;
    private final PostgresServer server;
    private final PostgresEndpoint endpoint;
    private final ShardName shard;
    private final int lane;

    private TwoHouses(PostgresServer server, LaneSettings settings, boolean firstLane) {
        var number = NUMBERS.incrementAndGet();
        this.server = server;
        this.shard = new ShardName("twins-" + number);
        // Roles belong to the whole server, and other tests make the first lanes of theirs.
        this.lane = firstLane ? 1 : 40 + number;
        this.endpoint = server.createDatabase("twins_" + number);
        server.execute("CREATE ROLE rowhouse_lane_%d LOGIN NOINHERIT PASSWORD '%s'"
                .formatted(lane, LOGINS.lane(shard, lane).password()));
        this.a = house("A");
        this.b = house("B");
        this.shards = new Shards(LaneLogins.derived(LOGINS), settings, LOOPS);
        shards.open(definition(endpoint));
        this.database = new TenantDatabase(shards);
    }

    static TwoHouses onOneConnection() {
        return with(settings(1));
    }

    static TwoHouses with(LaneSettings settings) {
        return new TwoHouses(PostgresServer.shared(), settings, false);
    }

    static TwoHouses on(PostgresServer server, LaneSettings settings) {
        return new TwoHouses(server, settings, true);
    }

    static LaneSettings settings(int connections) {
        var defaults = LaneSettings.defaults();
        return settings(connections, defaults.maxPendingAcquires(), ROOM_TO_CONNECT);
    }

    static LaneSettings settings(int connections, int waiting, Duration patience) {
        var defaults = LaneSettings.defaults();
        return new LaneSettings(
                connections,
                defaults.statementCache(),
                patience,
                waiting,
                ROOM_TO_CONNECT,
                defaults.statementTimeout(),
                defaults.lockTimeout(),
                defaults.cancelGrace(),
                defaults.maxLife(),
                defaults.maxHouses());
    }

    ShardName shard() {
        return shard;
    }

    ShardDefinition definition(PostgresEndpoint at) {
        return new ShardDefinition(shard, at, "local", 1, false, lane, Map.of());
    }

    PostgresEndpoint endpoint() {
        return endpoint;
    }

    /** Runs SQL as superuser in this database. */
    void execute(String sql) {
        server.execute(endpoint.database(), sql);
    }

    static Caller anon() {
        return Caller.ofKey(CallerClass.ANON);
    }

    static Caller service() {
        return Caller.ofKey(CallerClass.SERVICE);
    }

    static Caller user(String sub) {
        return new Caller(CallerClass.AUTHENTICATED, "{\"role\":\"authenticated\",\"sub\":\"" + sub + "\"}");
    }

    /** A plain table's rows, as the planner would write it. */
    static Read plain(House house, Caller caller, String from, @Nullable String... values) {
        return read(house.id().role(caller.callerClass()), from, true, values);
    }

    static Read inTransaction(House house, Caller caller, String from, @Nullable String... values) {
        return read(house.id().role(caller.callerClass()), from, false, values);
    }

    static Read read(RoleName role, String from, boolean alone, @Nullable String... values) {
        return new Read(
                new Statement(
                        "SELECT answer.body FROM (SELECT WHERE current_user = '" + role + "') AS caller"
                                + " LEFT JOIN LATERAL (SELECT row_to_json(r) AS body FROM (" + from
                                + ") AS r) AS answer ON true",
                        values(values)),
                alone,
                false);
    }

    static Read track(House house, Caller caller, int id) {
        return plain(
                house,
                caller,
                "SELECT id, name FROM " + house.schema().quoted() + ".track WHERE id = $1::pg_catalog.int4",
                Integer.toString(id));
    }

    /** The track of that id and the {@code lock_timeout} of the session that found it, as the planner would write it. */
    static Read byKey(House house, Caller caller, int id) {
        return byKey(house.id().role(caller.callerClass()), house, id);
    }

    static Read byKey(RoleName role, House house, int id) {
        return byKey(
                role,
                "SELECT id, name, pg_catalog.current_setting('lock_timeout') AS waits FROM "
                        + house.schema().quoted() + ".track WHERE id = $1::pg_catalog.int4",
                Integer.toString(id));
    }

    static Read byKey(RoleName role, String from, @Nullable String... values) {
        var statement = read(role, from, true, values).statement();
        var sql = statement.sql().replaceFirst("SELECT answer.body", "SELECT answer.body, current_user");
        return new Read(new Statement(sql, statement.values()), true, false, true);
    }

    static Read pid(House house, Caller caller, boolean alone) {
        return read(
                house.id().role(caller.callerClass()),
                "SELECT pg_catalog.pg_backend_pid() AS pid WHERE $1::text = ''",
                alone,
                "");
    }

    static List<@Nullable String> values(@Nullable String... values) {
        return new ArrayList<>(Arrays.asList(values));
    }

    /** Returns the server's process behind the one connection for plain reads. */
    String process(House house) {
        return rows(house, anon(), pid(house, anon(), true)).getFirst();
    }

    /** Returns the server's process behind the one connection for transactions. */
    String transactionProcess(House house) {
        return rows(house, anon(), pid(house, anon(), false)).getFirst();
    }

    /** A write of a plain table, as the planner would write it: {@code change} ends in a condition. */
    static Write plainWrite(House house, Caller caller, String change, Write.Shape shape, @Nullable String... values) {
        var role = house.id().role(caller.callerClass());
        var guard = " AND current_user = '" + role + "'";
        var guarded =
                change.contains(" RETURNING ") ? change.replace(" RETURNING ", guard + " RETURNING ") : change + guard;
        return new Write(new Statement(guarded.formatted(house.schema().quoted()), values(values)), shape, true);
    }

    /** Gives the track of that id the name. */
    static Write rename(House house, Caller caller, int id, String name) {
        return plainWrite(
                house,
                caller,
                "UPDATE %s.track AS t SET name = $1::text WHERE id = $2::int4 RETURNING row_to_json(t) AS body",
                Write.Shape.ROWS,
                name,
                Integer.toString(id));
    }

    static List<String> shown(Written written) {
        return written.shown().stream()
                .map(row -> new String(row, StandardCharsets.UTF_8))
                .toList();
    }

    /** Makes the one connection for plain reads believe that it acts as {@code role}. */
    void believe(RoleName role) {
        believe(Backend.Kind.PLAIN_READS, role);
    }

    void believe(Backend.Kind kind, RoleName role) {
        onTheConnection(kind, backend -> backend.remember(role));
    }

    void onTheConnection(Backend.Kind kind, Consumer<Backend> change) {
        var lane = shards.shardOf(a).laneFor(a, kind);
        var backend = borrow(lane);
        change.accept(backend);
        lane.release(backend).block(PATIENCE);
    }

    /** Takes a connection as a request of house A's service would. */
    Backend borrow(Lane lane) {
        return asked(lane).block(PATIENCE);
    }

    Mono<Backend> asked(Lane lane) {
        return lane.acquire(a.id(), a.id().role(CallerClass.SERVICE));
    }

    List<String> rows(House house, Caller caller, Read read) {
        return text(database.read(house, caller, read)).collectList().block(PATIENCE);
    }

    static Flux<String> text(Flux<ByteBuf> json) {
        return json.map(TwoHouses::text);
    }

    static String text(ByteBuf json) {
        try {
            return json.toString(StandardCharsets.UTF_8);
        } finally {
            json.release();
        }
    }

    private House house(String letter) {
        var id = HouseId.random();
        var name = id.schema().value();
        execute(ROLES.formatted(lane).replace("$", name));
        execute(TABLES.replace("$$", "\0")
                .replace("$", name)
                .replace("\0", "$$")
                .replace("%%", "%")
                .replace("%s", letter));
        return new House(id, shard, List.of(lane), new BlueprintVersion("twins", 1));
    }

    @Override
    public void close() {
        shards.close();
    }
}
