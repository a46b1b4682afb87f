package dev.rowhouse.app;

import dev.rowhouse.platform.limits.AdaptiveLimiter.Bounds;
import dev.rowhouse.platform.limits.Rate;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the limits are kept.
 *
 * @param instances among which what tenants may do is divided where it is not counted in Redis
 * @param unknownTenants how often one address may ask for tenants that are unknown to it
 * @param shard how many requests may be at work on one shard, in this process
 */
@ConfigurationProperties("rowhouse.limits")
record LimitProperties(
        @DefaultValue("1") int instances,
        @DefaultValue UnknownTenants unknownTenants,
        @DefaultValue Shard shard) {

    record UnknownTenants(
            @DefaultValue("5") long perSecond,
            @DefaultValue("300") long burst) {

        Rate rate() {
            return new Rate(perSecond, burst);
        }
    }

    record Shard(
            @DefaultValue("64") int leastAtWork,
            @DefaultValue("128") int initiallyAtWork,
            @DefaultValue("1024") int mostAtWork) {

        Bounds bounds() {
            return new Bounds(leastAtWork, initiallyAtWork, mostAtWork);
        }
    }

    LimitProperties {
        if (instances < 1) {
            throw new IllegalArgumentException("rowhouse.limits.instances: " + instances + " (expected: 1 or more)");
        }
    }
}
