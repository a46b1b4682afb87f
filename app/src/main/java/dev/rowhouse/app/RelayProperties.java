package dev.rowhouse.app;

import dev.rowhouse.tenancy.relay.RelaySettings;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** The way of changes to Kafka, as {@link RelaySettings} explains it. */
@ConfigurationProperties("rowhouse.relay")
record RelayProperties(
        @DefaultValue("1000") int page,
        @DefaultValue("1m") Duration alarmAfter,
        @DefaultValue("24h") Duration refuseAfter) {

    private static final int MOST = 10_000;

    RelayProperties {
        if (page < 1 || page > MOST) {
            throw new IllegalArgumentException("rowhouse.relay.page: " + page + " (expected: 1 to " + MOST + ")");
        }
        if (!alarmAfter.isPositive()) {
            throw new IllegalArgumentException(
                    "rowhouse.relay.alarm-after: " + alarmAfter + " (expected: more than 0)");
        }
        if (refuseAfter.compareTo(alarmAfter) <= 0) {
            throw new IllegalArgumentException("rowhouse.relay.refuse-after: " + refuseAfter
                    + " (expected: more than rowhouse.relay.alarm-after, " + alarmAfter + ")");
        }
    }

    RelaySettings settings() {
        return new RelaySettings(page, alarmAfter, refuseAfter);
    }
}
