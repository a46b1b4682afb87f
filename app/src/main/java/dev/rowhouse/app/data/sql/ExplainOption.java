package dev.rowhouse.app.data.sql;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What may be asked of an execution plan beyond its steps. */
public enum ExplainOption {
    /** Runs the statement, and tells what it took. */
    ANALYZE,
    VERBOSE,
    SETTINGS,
    BUFFERS,
    WAL;

    /** Returns the option as clients name it, or null. */
    public static @Nullable ExplainOption named(String name) {
        for (var option : values()) {
            if (option.parameter().equals(name)) {
                return option;
            }
        }
        return null;
    }

    /** Returns how clients name it. */
    public String parameter() {
        return name().toLowerCase(Locale.ROOT);
    }
}
