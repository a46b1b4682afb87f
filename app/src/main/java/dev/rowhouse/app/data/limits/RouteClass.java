package dev.rowhouse.app.data.limits;

import dev.rowhouse.app.telemetry.Route;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The kinds of requests that a plan may limit each by itself. */
public enum RouteClass {
    READ(Route.READ),
    WRITE(Route.WRITE),
    CALL(Route.CALL),
    BULK(Route.BULK),
    EVENTS(Route.EVENTS);

    private final Route route;

    RouteClass(Route route) {
        this.route = route;
    }

    /** Returns the class of that label, or null if there is none. */
    public static @Nullable RouteClass of(String label) {
        return Arrays.stream(values())
                .filter(candidate -> candidate.label().equals(label))
                .findFirst()
                .orElse(null);
    }

    /** Returns what metrics tell of such a request. */
    public Route route() {
        return route;
    }

    /** Returns the name as plans and headers spell it, such as {@code bulk}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
