package dev.rowhouse.tenancy.shard;

import dev.rowhouse.platform.postgres.PostgresLogin;
import dev.rowhouse.platform.postgres.Quoting;
import dev.rowhouse.tenancy.Caller;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.RoleName;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlResult;
import io.r2dbc.postgresql.api.PostgresqlStatement;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One connection of a lane with what must be known of it: the role it acts as, the houses it served, since when it owes an
 * answer.
 *
 * <p>Used by one request at a time; only the deadline is read from elsewhere.
 */
final class Backend {

    /** What a connection is kept for. They never mix. */
    enum Kind {
        /** Single reads of plain tables: no code of a tenant ever runs here, so role and statements can be remembered. */
        PLAIN_READS,
        /**
         * Single writes of plain tables, each its own transaction. What holds for plain reads holds here: the text is ours,
         * its values are bound, and whatever PostgreSQL runs for it (defaults, checks, foreign keys, index expressions) is
         * PostgreSQL's own or an extension's. Nobody can change the session, so role and statements can be remembered.
         */
        PLAIN_WRITES,
        /**
         * Everything else. Code of a tenant may run here: functions, policies, triggers. It could prepare a statement under
         * the name of one of the driver's, which would then answer other tenants; no privilege forbids that, and looking
         * for it takes longer than preparing anew. So nothing is remembered here, neither roles nor statements.
         */
        TRANSACTIONS
    }

    /**
     * Takes from the session what the tenant's own code may have left on it: open cursors, subscriptions, statements
     * prepared in SQL, the role, settings, advisory locks. {@code RESET ALL} comes back to the settings given at connect;
     * it leaves the role alone, so that is named. None of it answers with a row: a row nobody waits for any more is lost.
     */
    private static final String CLEAN = "; RESET ALL; RESET ROLE; CLOSE ALL; UNLISTEN *; DEALLOCATE ALL"
            + "; SELECT WHERE pg_catalog.pg_advisory_unlock_all() IS NULL";

    // What a call of a longer transaction finds set is its own.
    private static final String CALL = "SAVEPOINT rowhouse_call; SET LOCAL \"response.status\" = '';"
            + " SET LOCAL \"response.headers\" = ''; SET LOCAL timezone = DEFAULT;"
            + " SET LOCAL lock_timeout = DEFAULT; SET LOCAL statement_timeout = DEFAULT";
    private static final String END_CALL = "RELEASE SAVEPOINT rowhouse_call";
    private static final String UNDO_CALL = "ROLLBACK TO SAVEPOINT rowhouse_call; " + END_CALL;

    private static final String COMMIT = "COMMIT" + CLEAN;
    private static final String ROLLBACK = "ROLLBACK" + CLEAN;
    static final String READ_ONLY = "READ ONLY";

    private static final String PING = "SELECT WHERE false";

    // Bounds what follows a cancel request and a farewell: both only talk to a server that may be gone.
    private static final Duration LAST_WORD = Duration.ofSeconds(1);

    private final Kind kind;
    private final PostgresqlConnection connection;
    private final PostgresLogin login;
    private final int generation;
    private final long endOfLife;
    private final Set<HouseId> houses = new HashSet<>();
    private volatile @Nullable HouseId lastHouse;
    private @Nullable RoleName role;
    private @Nullable RoleName lastRole;
    private long busySince;
    private String lastSql = "";
    private boolean broken;
    private boolean held;
    private volatile long answerDue = Long.MAX_VALUE;
    private volatile long receiverSince = Long.MAX_VALUE;

    Backend(Kind kind, PostgresqlConnection connection, PostgresLogin login, int generation, long endOfLife) {
        this.kind = kind;
        this.connection = connection;
        this.login = login;
        this.generation = generation;
        this.endOfLife = endOfLife;
    }

    /** Says whether the session certainly acts as {@code wanted}. */
    boolean actsAs(RoleName wanted) {
        return wanted.equals(role);
    }

    /**
     * Changes the role of the session. Until it completes the role is unknown, and a statement written behind it runs as
     * whoever the session was: the caller checks.
     */
    Flux<Void> become(RoleName wanted) {
        role = null;
        return simple("SET ROLE " + wanted.quoted()).doOnComplete(() -> remember(wanted));
    }

    /** Believes from now on that the session acts as {@code wanted}. */
    void remember(RoleName wanted) {
        role = wanted;
        lastRole = wanted;
    }

    void forgetRole() {
        role = null;
    }

    /** Lets the session look its login's memberships up again, by taking its last role once more. */
    Flux<Void> touch() {
        var known = lastRole;
        if (known == null) {
            return Flux.empty();
        }
        return kind == Kind.TRANSACTIONS ? simple("SET ROLE " + known.quoted() + "; RESET ROLE") : become(known);
    }

    /** Returns who the session acts as, by its own word. */
    Mono<String> currentRole() {
        return text("SELECT current_user::pg_catalog.text");
    }

    /** Returns the one text that a statement without values answers. */
    Mono<String> text(String sql) {
        return connection
                .createStatement(sql)
                .execute()
                .concatMap(result -> result.map((row, _) -> Objects.requireNonNull(row.get(0, String.class))))
                .singleOrEmpty();
    }

    /** Fails, as a lost connection does, if the connection is known to be lost; nothing is sent. */
    Mono<Void> requireOpen() {
        return Mono.from(connection.validate(ValidationDepth.LOCAL))
                .filter(open -> open)
                .switchIfEmpty(Mono.error(
                        () -> new R2dbcNonTransientResourceException("the connection was lost while nobody used it")))
                .then();
    }

    void serves(HouseId house) {
        busySince = System.nanoTime();
        lastSql = "";
        if (!house.equals(lastHouse)) {
            lastHouse = house;
            houses.add(house);
        }
    }

    /** Returns since when it serves its house, on the clock of {@link System#nanoTime}. */
    long busySince() {
        return busySince;
    }

    /** Returns the text of the last statement for its house, with places for its values. */
    String lastSql() {
        return lastSql;
    }

    int housesServed() {
        return houses.size();
    }

    int generation() {
        return generation;
    }

    /** Returns by which login the connection was opened. */
    PostgresLogin login() {
        return login;
    }

    boolean isPast(long now) {
        return now - endOfLife > 0;
    }

    void breakUp() {
        broken = true;
    }

    boolean isBroken() {
        return broken;
    }

    /** Owes an answer until {@code due} on the clock of {@link System#nanoTime}. */
    void owesUntil(long due) {
        receiverSince = Long.MAX_VALUE;
        answerDue = due;
    }

    /** Has a row that nobody takes; must be rid of it within {@code patience}. */
    void waitsForReceiver(long now, long patience) {
        receiverSince = now;
        answerDue = now + patience;
    }

    void answered() {
        receiverSince = Long.MAX_VALUE;
        answerDue = Long.MAX_VALUE;
    }

    /** Says whether it waits for the receiver of its answer since more than {@code time} ago. */
    boolean waitsLongerThan(long time, long now) {
        var since = receiverSince;
        return since != Long.MAX_VALUE && now - since > time;
    }

    /** Returns the house that was served last. */
    @Nullable
    HouseId lastHouse() {
        return lastHouse;
    }

    boolean owesAnswer() {
        return answerDue != Long.MAX_VALUE;
    }

    boolean isOverdue(long now) {
        var due = answerDue;
        return due != Long.MAX_VALUE && now - due > 0;
    }

    PostgresqlConnection connection() {
        return connection;
    }

    Flux<PostgresqlResult> execute(Statement statement) {
        lastSql = statement.sql();
        return prepared(statement).execute();
    }

    /** Runs statements without parameters in one message of the simple protocol. */
    Flux<Void> simple(String sql) {
        return connection
                .createStatement(sql)
                .execute()
                .concatMap(result -> result.getRowsUpdated().then());
    }

    /**
     * Makes all that begins and ends from now on part of the transaction that is open, until {@link #letGo}: each is a
     * savepoint of it.
     */
    void hold() {
        held = true;
    }

    void letGo() {
        held = false;
    }

    /**
     * Begins a transaction in which the session is {@code role}, with the caller's claims and settings; a statement written
     * behind it fails when this does.
     *
     * @param mode such as {@code READ ONLY}
     */
    Flux<Void> begin(String mode, RoleName role, Caller caller) {
        return begin(mode, role, caller, "");
    }

    /** @param more statements of the transaction's own settings, each behind a semicolon */
    Flux<Void> begin(String mode, RoleName role, Caller caller, String more) {
        forgetRole();
        lastRole = role;
        var sql = new StringBuilder(beginning(mode)).append("; SET LOCAL ROLE ").append(role.quoted());
        setLocal("request.jwt.claims", caller.claims(), sql);
        if (!mode.endsWith(READ_ONLY)) {
            setLocal("rowhouse.origin", caller.origin(), sql);
        }
        var timeout = caller.statementTimeout();
        if (timeout != null) {
            sql.append("; SET LOCAL statement_timeout = ").append(timeout.toMillis());
        }
        // Behind the time-out: a call may set a shorter one.
        caller.settings().forEach((name, value) -> setLocal(name, value, sql));
        return simple(sql.append(more).toString());
    }

    private static void setLocal(String name, String value, StringBuilder sql) {
        sql.append("; SET LOCAL ")
                .append(Quoting.identifier(name))
                .append(" = ")
                .append(Quoting.literal(value));
    }

    private String beginning(String mode) {
        if (!held) {
            return "BEGIN " + mode;
        }
        // The end of the savepoint takes it back.
        return mode.equals(READ_ONLY) ? CALL + "; SET LOCAL transaction_read_only = on" : CALL;
    }

    /**
     * Commits and cleans the session. It fails if the transaction did not commit; what was left on the session can make
     * only the cleaning fail, as a time-out of a millisecond does, and then the session is broken up.
     */
    Mono<Void> commit() {
        return held ? part(END_CALL) : ended(COMMIT);
    }

    /** Undoes the transaction and cleans the session, as {@link #commit} does. */
    Mono<Void> rollback() {
        return held ? part(UNDO_CALL) : ended(ROLLBACK);
    }

    private Mono<Void> part(String sql) {
        forgetRole();
        return simple(sql).then();
    }

    /**
     * Makes the session fit for the next request after it was left in the middle of a statement, or breaks it up. Always
     * completes, and within a bound: the server is asked to stop after {@code grace}.
     */
    Mono<Void> recover(Duration grace) {
        letGo();
        // One exchange behind the running statement, whoever waits for it.
        var ended = last(kind == Kind.TRANSACTIONS ? ROLLBACK : PING).cache();
        return ended.timeout(grace)
                // Nobody tells when the server has acted on a cancel request. A late one must hit nobody else, so this
                // connection serves nobody else; that must be known before whoever releases it hears of the end.
                .doOnError(_ -> breakUp())
                .onErrorResume(_ -> connection
                        .cancelRequest()
                        .onErrorComplete()
                        .then(ended)
                        .timeout(LAST_WORD)
                        .onErrorComplete());
    }

    /** Closes the connection within a bound; what still waits for its answers fails at once. */
    Mono<Void> close() {
        return connection.close().timeout(LAST_WORD).onErrorComplete();
    }

    private Mono<Void> last(String sql) {
        forgetRole();
        return simple(sql).then();
    }

    private Mono<Void> ended(String sql) {
        forgetRole();
        return Mono.defer(() -> {
            var ended = new AtomicBoolean();
            return connection
                    .createStatement(sql)
                    .execute()
                    .concatMap(result -> result.getRowsUpdated().then().doOnSuccess(_ -> ended.set(true)))
                    .then()
                    .onErrorResume(_ -> ended.get(), _ -> Mono.fromRunnable(this::breakUp));
        });
    }

    private PostgresqlStatement prepared(Statement statement) {
        var prepared = connection.createStatement(statement.sql());
        var values = statement.values();
        for (var index = 0; index < values.size(); index++) {
            var value = values.get(index);
            if (value == null) {
                prepared.bindNull(index, String.class);
            } else {
                prepared.bind(index, value);
            }
        }
        return prepared;
    }
}
