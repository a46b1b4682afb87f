package dev.rowhouse.platform.postgres;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.time.Duration;
import java.util.Map;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/** Makes connections to one database with one login; keeps none. */
public final class PostgresConnections {

    private final PostgresqlConnectionFactory factory;
    private final Duration connectTimeout;

    private PostgresConnections(PostgresqlConnectionFactory factory, Duration connectTimeout) {
        this.factory = factory;
        this.connectTimeout = connectTimeout;
    }

    /**
     * @param statementCache prepared statements kept per connection
     * @param settings of the session from its start; {@code RESET ALL} comes back to them
     * @param loops on which connections live: each on the event loop that it is opened from, if that is one of them
     */
    public static PostgresConnections to(
            PostgresEndpoint endpoint,
            PostgresLogin login,
            String applicationName,
            Duration connectTimeout,
            int statementCache,
            Map<String, String> settings,
            LoopResources loops) {
        var factory = new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                .host(endpoint.host())
                .port(endpoint.port())
                .database(endpoint.database())
                .username(login.user())
                .password(login.password())
                .applicationName(applicationName)
                .connectTimeout(connectTimeout)
                .preparedStatementCacheQueries(statementCache)
                .tcpNoDelay(true)
                .tcpKeepAlive(true)
                .autodetectExtensions(false)
                .codecRegistrar(TextBytes.registrar())
                .options(settings)
                .loopResources(loops)
                .build());
        return new PostgresConnections(factory, connectTimeout);
    }

    /** Connects; fails when login and all have not succeeded in the time that the driver grants to the socket alone. */
    public Mono<PostgresqlConnection> connect() {
        return factory.create().timeout(connectTimeout);
    }
}
