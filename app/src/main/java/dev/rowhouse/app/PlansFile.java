package dev.rowhouse.app;

import dev.rowhouse.app.data.limits.Plan;
import dev.rowhouse.app.data.limits.Plans;
import dev.rowhouse.tenancy.shard.LaneSettings;
import java.nio.file.Path;
import java.util.Map;

/** A file of plans, which stand before those of the configuration. */
final class PlansFile {

    private PlansFile() {}

    static ConfigurationFile<PlanProperties> of(Path file, Plans plans, LaneSettings lanes) {
        return new ConfigurationFile<>(file, "plans", PlanProperties.class, properties -> {
            var named = properties == null ? Map.<String, Plan>of() : properties.byName(lanes);
            plans.take(named);
            return String.join(", ", named.keySet());
        });
    }
}
