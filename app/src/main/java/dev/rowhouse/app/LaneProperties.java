package dev.rowhouse.app;

import dev.rowhouse.tenancy.shard.LaneSettings;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The lanes' settings, as {@link LaneSettings} explains them.
 *
 * @param connections per lane and kind of work in this process
 */
@ConfigurationProperties("rowhouse.lanes")
record LaneProperties(
        @DefaultValue("4") int connections,
        @DefaultValue("2048") int statementCache,
        @DefaultValue("2s") Duration acquireTimeout,
        @DefaultValue("256") int maxPendingAcquires,
        @DefaultValue("800ms") Duration connectTimeout,
        @DefaultValue("15s") Duration statementTimeout,
        @DefaultValue("5s") Duration lockTimeout,
        @DefaultValue("50ms") Duration cancelGrace,
        @DefaultValue("30m") Duration maxLife,
        @DefaultValue("2000") int maxHouses) {

    LaneProperties {
        requirePositive("connections", connections);
        requirePositive("statement-cache", statementCache);
        requirePositive("max-pending-acquires", maxPendingAcquires);
        requirePositive("max-houses", maxHouses);
        requirePositive("acquire-timeout", acquireTimeout.toMillis());
        requirePositive("connect-timeout", connectTimeout.toMillis());
        requirePositive("statement-timeout", statementTimeout.toMillis());
        requirePositive("lock-timeout", lockTimeout.toMillis());
        requirePositive("cancel-grace", cancelGrace.toMillis());
        requirePositive("max-life", maxLife.toMillis());
    }

    LaneSettings settings() {
        return new LaneSettings(
                connections,
                statementCache,
                acquireTimeout,
                maxPendingAcquires,
                connectTimeout,
                statementTimeout,
                lockTimeout,
                cancelGrace,
                maxLife,
                maxHouses);
    }

    private static void requirePositive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException("rowhouse.lanes." + name + ": " + value + " (expected: more than 0)");
        }
    }
}
