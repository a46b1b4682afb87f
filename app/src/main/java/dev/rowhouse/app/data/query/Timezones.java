package dev.rowhouse.app.data.query;

import java.time.ZoneId;
import java.util.HashSet;
import java.util.Set;

/** The time zones by the names of the tz database, which PostgreSQL and Java share. */
final class Timezones {

    private static final Set<String> NAMES = names();

    private Timezones() {}

    static boolean contain(String name) {
        return NAMES.contains(name);
    }

    private static Set<String> names() {
        var names = new HashSet<>(ZoneId.getAvailableZoneIds());
        // Java's own.
        names.removeIf(name -> name.startsWith("SystemV/"));
        // In the tz database and not in Java.
        names.addAll(Set.of("EST", "MST", "HST", "ROC", "Factory"));
        return Set.copyOf(names);
    }
}
