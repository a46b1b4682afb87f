package dev.rowhouse.tenancy.catalog;

import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Spans of time as comments spell them: {@code 30s}, {@code 5m}, {@code 2h}. */
final class TimeText {

    private static final Pattern TEXT = Pattern.compile("([1-9][0-9]{0,5})([smh])");

    private TimeText() {}

    /** Returns null for what is none. */
    static @Nullable Duration read(String text) {
        var match = TEXT.matcher(text);
        if (!match.matches()) {
            return null;
        }
        var number = Long.parseLong(match.group(1));
        return switch (match.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }
}
