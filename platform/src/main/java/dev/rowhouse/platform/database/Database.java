package dev.rowhouse.platform.database;

import dev.rowhouse.platform.postgres.PostgresEndpoint;
import dev.rowhouse.platform.postgres.PostgresLogin;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.spi.Parameter;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;
import reactor.pool.PoolAcquireTimeoutException;

/** A PostgreSQL database with a pool of connections; statements of one {@link #transaction} share a connection. */
public final class Database implements AutoCloseable {

    private static final Duration ACQUIRE_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(10);
    private static final int STATEMENT_CACHE = 256;
    // For so long connections that nobody answers on any more are taken for good ones.
    private static final Duration LIFE = Duration.ofMinutes(1);

    private final ConnectionPool pool;
    private final DatabaseClient client;
    private final TransactionalOperator transactions;

    private Database(ConnectionPool pool) {
        this.pool = pool;
        this.client = DatabaseClient.create(pool);
        this.transactions = TransactionalOperator.create(new R2dbcTransactionManager(pool));
    }

    /** Opens a pool of at most {@code connections}; connects when first used. */
    public static Database open(PostgresEndpoint endpoint, PostgresLogin login, int connections) {
        var factory = new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                .host(endpoint.host())
                .port(endpoint.port())
                .database(endpoint.database())
                .username(login.user())
                .password(login.password())
                .applicationName("rowhouse-control")
                .connectTimeout(CONNECT_TIMEOUT)
                .statementTimeout(STATEMENT_TIMEOUT)
                .tcpKeepAlive(true)
                .preparedStatementCacheQueries(STATEMENT_CACHE)
                // Looking for them reads files, and a journal is opened on an event loop.
                .autodetectExtensions(false)
                .build());
        return new Database(new ConnectionPool(ConnectionPoolConfiguration.builder(factory)
                .initialSize(0)
                .maxSize(connections)
                .maxAcquireTime(ACQUIRE_TIMEOUT)
                .maxLifeTime(LIFE)
                .build()));
    }

    /** Returns the client for single statements, or for statements inside {@link #transaction}. */
    public DatabaseClient client() {
        return client;
    }

    /** Runs {@code work} in one transaction; emits after the commit. An error or a cancellation rolls back. */
    public <T> Mono<T> transaction(Mono<T> work) {
        return transactions.transactional(work);
    }

    /** Returns {@code value} to be bound, or a typed null. */
    public static <T> Parameter nullable(@Nullable T value, Class<T> type) {
        return value == null ? Parameters.in(type) : Parameters.in(value);
    }

    /** Says whether {@code failure} means that the database did not answer, rather than that it refused. */
    public static boolean isUnavailable(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof R2dbcNonTransientResourceException
                    || cause instanceof R2dbcTransientResourceException
                    || cause instanceof CannotCreateTransactionException
                    || cause instanceof DataAccessResourceFailureException
                    || cause instanceof PoolAcquireTimeoutException
                    || cause instanceof IOException) {
                return true;
            }
        }
        return false;
    }

    /** Says the same of a failure that may also be the end of the caller's own patience. */
    public static boolean isUnanswered(Throwable failure) {
        return failure instanceof TimeoutException || isUnavailable(failure);
    }

    /** Returns what closes it without waiting on the caller's thread. */
    public Mono<Void> closing() {
        return pool.disposeLater();
    }

    @Override
    public void close() {
        pool.dispose();
    }
}
