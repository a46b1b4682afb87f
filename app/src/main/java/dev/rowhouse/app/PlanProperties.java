package dev.rowhouse.app;

import dev.rowhouse.app.data.Plans;
import dev.rowhouse.app.data.query.Limits;
import dev.rowhouse.app.data.query.Page;
import dev.rowhouse.tenancy.shard.LaneSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** The limits of the tenants' requests, by the name of the plan. */
@ConfigurationProperties("rowhouse")
record PlanProperties(@DefaultValue Map<String, Plan> plans) {

    /**
     * What one plan sets, as {@link Limits} explains it.
     *
     * @param statementTimeout null for that of the lanes
     */
    record Plan(
            @DefaultValue("" + Page.LARGEST) int maxRows,
            @Nullable Duration statementTimeout,
            @Nullable Double costCeiling,
            @DefaultValue("10") int embedDepth) {}

    /** @param lanes whose time-outs bound those of the plans */
    Plans plans(LaneSettings lanes) {
        var byName = new HashMap<String, Limits>();
        plans.forEach((name, plan) -> byName.put(name, limits(name, plan, lanes)));
        return new Plans(limits("", new Plan(Page.LARGEST, null, null, 10), lanes), byName);
    }

    private static Limits limits(String name, Plan plan, LaneSettings lanes) {
        var timeout = plan.statementTimeout() == null ? lanes.statementTimeout() : plan.statementTimeout();
        if (timeout.compareTo(lanes.transactionTimeout()) > 0) {
            throw refused(
                    name,
                    "statement-timeout: " + timeout + " (expected: at most " + lanes.transactionTimeout()
                            + ", four times rowhouse.lanes.statement-timeout)");
        }
        try {
            return new Limits(plan.maxRows(), timeout, plan.costCeiling(), plan.embedDepth());
        } catch (IllegalArgumentException invalid) {
            throw refused(name, String.valueOf(invalid.getMessage()));
        }
    }

    private static IllegalArgumentException refused(String name, String why) {
        return new IllegalArgumentException("rowhouse.plans." + name + "." + why);
    }
}
