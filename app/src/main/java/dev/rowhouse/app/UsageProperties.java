package dev.rowhouse.app;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How use is metered.
 *
 * @param storeEvery how often counted requests are stored; a process that is killed loses what it counted since
 * @param sampleEvery how often it is looked how much room the houses take
 */
@ConfigurationProperties("rowhouse.usage")
record UsageProperties(
        @DefaultValue("5s") Duration storeEvery,
        @DefaultValue("10m") Duration sampleEvery) {

    UsageProperties {
        require(storeEvery, "store-every");
        require(sampleEvery, "sample-every");
    }

    private static void require(Duration value, String name) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException("rowhouse.usage." + name + ": " + value + " (expected: more than 0)");
        }
    }
}
