package dev.rowhouse.app.data;

import dev.rowhouse.app.data.query.Preferences;
import dev.rowhouse.tenancy.Caller;
import dev.rowhouse.tenancy.catalog.Routine;
import java.time.Duration;
import java.util.HashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a call sets for its transaction: what can be read of the request, the client's time zone, the function's patience. */
final class CallSettings {

    private static final String STATEMENT_TIMEOUT = "statement_timeout";
    private static final Pattern TIME = Pattern.compile("(\\d{1,9})\\s*(ms|s|min)?");

    private CallSettings() {}

    static Caller of(DataRequest request, Preferences preferences, Routine function) {
        var caller = request.caller();
        var zone = preferences.timezone();
        var settings = new HashMap<>((zone == null ? caller : caller.inTimeZone(zone)).settings());
        // When the function sets it itself, the clock of the statement runs already.
        var timeout = milliseconds(function.settings().get(STATEMENT_TIMEOUT));
        if (timeout > 0 && timeout <= request.limits().statementTimeout().toMillis()) {
            settings.put(STATEMENT_TIMEOUT, Long.toString(timeout));
        }
        return caller.with(settings);
    }

    private static long milliseconds(@Nullable String setting) {
        var time = TIME.matcher(setting == null ? "" : setting.strip());
        if (!time.matches()) {
            return 0;
        }
        var number = Long.parseLong(time.group(1));
        var unit = time.group(2) == null ? "ms" : time.group(2);
        return switch (unit) {
            case "min" -> Duration.ofMinutes(number).toMillis();
            case "s" -> Duration.ofSeconds(number).toMillis();
            default -> number;
        };
    }
}
