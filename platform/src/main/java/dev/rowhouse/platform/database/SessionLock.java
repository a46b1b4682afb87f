package dev.rowhouse.platform.database;

import dev.rowhouse.platform.postgres.PostgresEndpoint;
import dev.rowhouse.platform.postgres.PostgresLogin;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.time.Duration;
import java.util.Map;
import reactor.core.publisher.Mono;

/**
 * A lock of a PostgreSQL database that one process holds at a time, by a connection of its own: it is lost with that
 * connection, and the server ends the connection of a process that says nothing any more.
 */
public final class SessionLock {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration TRY = Duration.ofMillis(500);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    // A holder has given up when the server lets another one in: it looks every second and waits five for the answer.
    private static final Map<String, String> SETTINGS = Map.of(
            "idle_session_timeout", "10s",
            "tcp_keepalives_idle", "5",
            "tcp_keepalives_interval", "2",
            "tcp_keepalives_count", "3");

    private final PostgresqlConnectionFactory connections;
    private final String name;

    private SessionLock(PostgresqlConnectionFactory connections, String name) {
        this.connections = connections;
        this.name = name;
    }

    /** Connects to nothing yet. */
    public static SessionLock of(PostgresEndpoint endpoint, PostgresLogin login, String name) {
        var connections = new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                .host(endpoint.host())
                .port(endpoint.port())
                .database(endpoint.database())
                .username(login.user())
                .password(login.password())
                .applicationName("rowhouse-lock")
                .connectTimeout(CONNECT_TIMEOUT)
                .autodetectExtensions(false)
                .options(SETTINGS)
                .build());
        return new SessionLock(connections, name);
    }

    /** Waits for the lock and does {@code work} while it is held; when it is lost, cancels the work and fails. */
    public <T> Mono<T> whileHeld(Mono<T> work) {
        return Mono.usingWhen(
                connections.create().timeout(PATIENCE),
                connection -> acquired(connection).then(Mono.firstWithSignal(work, lost(connection))),
                SessionLock::closed);
    }

    // Asked for again and again: who waits inside of a statement keeps the database from cleaning up.
    private Mono<Void> acquired(PostgresqlConnection connection) {
        return Mono.defer(() -> connection
                        .createStatement(
                                "SELECT pg_catalog.pg_try_advisory_lock(pg_catalog.hashtextextended($1, 7240))")
                        .bind("$1", name)
                        .execute()
                        .flatMap(result -> result.map(row -> Boolean.TRUE.equals(row.get(0, Boolean.class))))
                        .single()
                        .timeout(PATIENCE))
                .repeatWhen(tries -> tries.delayElements(TRY))
                .takeUntil(held -> held)
                .then();
    }

    private static <T> Mono<T> lost(PostgresqlConnection connection) {
        return Mono.delay(LOOK)
                .then(Mono.defer(() -> connection
                        .createStatement("SELECT 1")
                        .execute()
                        .flatMap(result -> result.getRowsUpdated())
                        .then()
                        .timeout(PATIENCE)))
                .repeat()
                .then(Mono.never());
    }

    private static Mono<Void> closed(PostgresqlConnection connection) {
        return connection.close().timeout(PATIENCE).onErrorComplete();
    }
}
