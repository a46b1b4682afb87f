package dev.rowhouse.tenancy;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * On whose behalf a statement runs, and for which request.
 *
 * @param claims the JSON object that policies and functions read as {@code request.jwt.claims}
 * @param settings what else they can read for the length of a transaction, by the name of the setting, such as {@code
 *     request.method}; the names are ours, the values may be a client's
 * @param statementTimeout how long each of its statements may run; null for as long as any may
 * @param request the request's id and its W3C trace context, with a space between; null where nobody knows of one
 */
public record Caller(
        CallerClass callerClass,
        String claims,
        Map<String, String> settings,
        @Nullable Duration statementTimeout,
        @Nullable String request) {

    private static final String TIME_ZONE = "TimeZone";
    private static final String UNKNOWN_REQUEST = "- -";

    public Caller {
        settings = Map.copyOf(settings);
    }

    /** A caller whose request nobody reads of. */
    public Caller(CallerClass callerClass, String claims) {
        this(callerClass, claims, Map.of(), null, null);
    }

    /** The holder of one of the tenant's API keys: no user, only a role. */
    public static Caller ofKey(CallerClass callerClass) {
        return new Caller(callerClass, "{\"role\":\"" + callerClass.blueprintRole() + "\"}");
    }

    /** Returns the caller with the settings of its request. */
    public Caller with(Map<String, String> requestSettings) {
        return new Caller(callerClass, claims, requestSettings, statementTimeout, request);
    }

    /** Returns the caller in a request, of which the journal tells who changed a row. */
    public Caller in(@Nullable String idAndTrace) {
        return new Caller(callerClass, claims, settings, statementTimeout, idAndTrace);
    }

    /** Returns what a change's origin is told as: request id, trace context and claims, with a space between each. */
    public String origin() {
        return (request == null ? UNKNOWN_REQUEST : request) + " " + claims;
    }

    /** Returns the caller with a time-out of its own for each of its statements. */
    public Caller within(Duration timeout) {
        return new Caller(callerClass, claims, settings, timeout, request);
    }

    /** Returns the caller with its own time zone, in which times without one are read and all are shown. */
    public Caller inTimeZone(String zone) {
        var all = new HashMap<>(settings);
        all.put(TIME_ZONE, zone);
        return with(all);
    }

    /**
     * Says whether even a statement on plain tables depends on what the caller sets: a time zone of its own, a time-out of
     * its own.
     */
    public boolean needsTransaction() {
        return statementTimeout != null || settings.containsKey(TIME_ZONE);
    }
}
