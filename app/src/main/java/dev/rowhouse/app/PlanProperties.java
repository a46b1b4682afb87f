package dev.rowhouse.app;

import dev.rowhouse.app.data.limits.Plan;
import dev.rowhouse.app.data.limits.Plans;
import dev.rowhouse.app.data.limits.Quotas;
import dev.rowhouse.app.data.limits.RouteClass;
import dev.rowhouse.app.data.query.Limits;
import dev.rowhouse.app.data.query.Page;
import dev.rowhouse.platform.limits.Rate;
import dev.rowhouse.tenancy.shard.LaneSettings;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** What the tenants may do, by the name of their plan. */
@ConfigurationProperties("rowhouse")
record PlanProperties(@DefaultValue Map<String, Settings> plans) {

    private static final Settings NONE =
            new Settings(Page.LARGEST, null, null, 10, null, null, Map.of(), null, null, null, null, Set.of());

    /**
     * A rate of requests.
     *
     * @param burst null for the requests of two seconds
     */
    record RateSettings(long requestsPerSecond, @Nullable Long burst) {

        Rate rate(String of) {
            try {
                return new Rate(requestsPerSecond, burst == null ? 2 * requestsPerSecond : burst);
            } catch (IllegalArgumentException invalid) {
                throw new IllegalArgumentException(of + "requests-per-second, burst: " + invalid.getMessage(), invalid);
            }
        }
    }

    /**
     * What one plan sets, as {@link Limits} and {@link Quotas} explain it; null for what tenants without a plan have.
     *
     * @param statementTimeout null for that of the lanes
     * @param burst null for the requests of two seconds
     * @param classes by the labels of {@link RouteClass}
     * @param caller of each API key and each user
     */
    record Settings(
            @DefaultValue("" + Page.LARGEST) int maxRows,
            @Nullable Duration statementTimeout,
            @Nullable Double costCeiling,
            @DefaultValue("10") int embedDepth,
            @Nullable Long requestsPerSecond,
            @Nullable Long burst,
            @DefaultValue Map<String, RateSettings> classes,
            @Nullable RateSettings caller,
            @Nullable Integer concurrentRequests,
            @Nullable Duration statementTimePerSecond,
            @Nullable Integer maxStreams,
            @DefaultValue Set<String> features) {

        private Plan plan(LaneSettings lanes) {
            return new Plan(
                    limits(lanes), quotas(), maxStreams == null ? Plan.STANDARD.maxStreams() : maxStreams, features);
        }

        private Limits limits(LaneSettings lanes) {
            var timeout = statementTimeout == null ? lanes.statementTimeout() : statementTimeout;
            if (timeout.compareTo(lanes.transactionTimeout()) > 0) {
                throw new IllegalArgumentException("statement-timeout: " + timeout + " (expected: at most "
                        + lanes.transactionTimeout() + ", four times rowhouse.lanes.statement-timeout)");
            }
            return new Limits(maxRows, timeout, costCeiling, embedDepth);
        }

        private Quotas quotas() {
            var standard = Quotas.STANDARD;
            var rates = new EnumMap<RouteClass, Rate>(RouteClass.class);
            classes.forEach((label, rate) -> rates.put(route(label), rate.rate("classes." + label + ".")));
            return new Quotas(
                    rate(standard.rate()),
                    rates,
                    caller == null ? null : caller.rate("caller."),
                    concurrentRequests == null ? standard.concurrentRequests() : concurrentRequests,
                    statementTimePerSecond == null ? standard.statementTime() : statementTimePerSecond);
        }

        private Rate rate(Rate standard) {
            return requestsPerSecond == null
                    ? new RateSettings(standard.perSecond(), burst == null ? standard.burst() : burst).rate("")
                    : new RateSettings(requestsPerSecond, burst).rate("");
        }

        private static RouteClass route(String label) {
            var route = RouteClass.of(label);
            if (route == null) {
                throw new IllegalArgumentException(
                        "classes." + label + " is none (expected: read, write, call, bulk or events)");
            }
            return route;
        }
    }

    /** @param lanes whose time-outs bound those of the plans */
    Plans plans(LaneSettings lanes) {
        return new Plans(NONE.plan(lanes), byName(lanes));
    }

    /** Returns the plans by their names; what one of them sets wrongly is refused by its name. */
    Map<String, Plan> byName(LaneSettings lanes) {
        var byName = new HashMap<String, Plan>();
        plans.forEach((name, settings) -> {
            try {
                byName.put(name, settings.plan(lanes));
            } catch (IllegalArgumentException invalid) {
                throw new IllegalArgumentException("rowhouse.plans." + name + "." + invalid.getMessage(), invalid);
            }
        });
        return byName;
    }
}
