package dev.rowhouse.platform.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import java.time.Duration;

/** Makes clients of Redis for which its absence is an ordinary state: a command fails at once or after its time-out. */
public final class RedisClients {

    private static final Duration CONNECT = Duration.ofSeconds(1);

    private RedisClients() {}

    /**
     * Returns a client that has connected to nothing yet.
     *
     * @param uri such as {@code redis://cache.example:6379}
     * @param commandTimeout after which a command fails that Redis has not answered
     */
    public static RedisClient of(String uri, Duration commandTimeout) {
        var client = RedisClient.create(RedisURI.create(uri));
        client.setOptions(ClientOptions.builder()
                .autoReconnect(true)
                .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .socketOptions(SocketOptions.builder().connectTimeout(CONNECT).build())
                .timeoutOptions(TimeoutOptions.enabled(commandTimeout))
                .build());
        return client;
    }
}
