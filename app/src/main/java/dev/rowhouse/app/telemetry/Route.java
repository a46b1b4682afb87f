package dev.rowhouse.app.telemetry;

import java.util.Locale;

/** What kind of request it is, as metrics tell it. */
public enum Route {
    READ,
    WRITE,
    CALL,
    BULK,
    EVENTS,
    ADMIN,
    /** What no tenant was found for: unknown tenants, wrong addresses, pages without a tenant. */
    OTHER;

    /** Returns the name as labels spell it, such as {@code read}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
