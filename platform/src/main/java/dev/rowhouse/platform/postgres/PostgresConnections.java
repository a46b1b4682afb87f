package dev.rowhouse.platform.postgres;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.authentication.AuthenticationHandler;
import io.r2dbc.postgresql.authentication.UsernameAndPassword;
import io.r2dbc.postgresql.client.ConnectionSettings;
import io.r2dbc.postgresql.client.PostgresStartupParameterProvider;
import io.r2dbc.postgresql.client.ReactorNettyClient;
import io.r2dbc.postgresql.client.StartupMessageFlow;
import io.r2dbc.postgresql.message.backend.BackendMessage;
import io.r2dbc.postgresql.message.backend.ErrorResponse;
import io.r2dbc.postgresql.util.LogLevel;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.TimeZone;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import reactor.netty.resources.LoopResources;

/** Makes connections to one database with one login; keeps none. */
public final class PostgresConnections {

    private final PostgresqlConnectionFactory factory;
    private final Mono<PostgresPipeline> pipelines;
    private final Duration connectTimeout;

    private PostgresConnections(
            PostgresqlConnectionFactory factory, Mono<PostgresPipeline> pipelines, Duration connectTimeout) {
        this.factory = factory;
        this.pipelines = pipelines;
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
        var pipelines = pipeline(endpoint, login, applicationName, connectTimeout, statementCache, settings, loops);
        return new PostgresConnections(factory, pipelines, connectTimeout);
    }

    // The driver's own connection waits for one statement before it sends the next, so this stands on the layer below.
    private static Mono<PostgresPipeline> pipeline(
            PostgresEndpoint endpoint,
            PostgresLogin login,
            String applicationName,
            Duration connectTimeout,
            int statements,
            Map<String, String> settings,
            LoopResources loops) {
        var socket = ConnectionSettings.builder()
                .connectTimeout(connectTimeout)
                .loopResources(loops)
                .tcpNoDelay(true)
                .tcpKeepAlive(true)
                // What it says may tell values.
                .errorResponseLogLevel(LogLevel.DEBUG)
                .build();
        var credentials = new UsernameAndPassword(login.user(), login.password());
        // As the driver's own connections begin, so that values look the same on both.
        var session = new PostgresStartupParameterProvider(applicationName, TimeZone.getDefault(), settings);
        return Mono.usingWhen(
                ReactorNettyClient.connect(
                        InetSocketAddress.createUnresolved(endpoint.host(), endpoint.port()), socket),
                client -> StartupMessageFlow.exchange(
                                message -> AuthenticationHandler.getAuthenticationHandler(
                                        message, credentials, client.getContext()),
                                client,
                                endpoint.database(),
                                login.user(),
                                session)
                        .handle(PostgresConnections::requireWelcome)
                        .then(Mono.just(new PostgresPipeline(client, statements))),
                _ -> Mono.empty(),
                (client, _) -> client.close(),
                ReactorNettyClient::close);
    }

    private static void requireWelcome(BackendMessage message, SynchronousSink<Void> sink) {
        if (message instanceof ErrorResponse) {
            sink.error(new R2dbcNonTransientResourceException("the server did not let the login in"));
        }
    }

    /** Connects; fails when login and all have not succeeded in the time that the driver grants to the socket alone. */
    public Mono<PostgresqlConnection> connect() {
        return factory.create().timeout(connectTimeout);
    }

    /** Opens a pipeline, within the same time. */
    public Mono<PostgresPipeline> connectPipeline() {
        return pipelines.timeout(connectTimeout);
    }
}
