package dev.rowhouse.app.data.query;

import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/** A preference by its name, and the values it may have. */
enum Preference {
    COUNT(Set.of("exact", "planned", "estimated")::contains),
    RETURN(Set.of("minimal", "headers-only", "representation")::contains),
    RESOLUTION(Set.of("merge-duplicates", "ignore-duplicates")::contains),
    MISSING(Set.of("default", "null")::contains),
    TX(Set.of("commit", "rollback")::contains),
    HANDLING(Set.of("strict", "lenient")::contains),
    MAX_AFFECTED(value -> isNumber(value, 18)),
    TIMEZONE(Timezones::contain),
    LOCK(Set.of("update", "no-key-update", "share", "key-share")::contains),
    /** In seconds. */
    WAIT(value -> isNumber(value, 5)),
    CONSISTENCY(Set.of("strong", "session", "eventual")::contains);

    private final Predicate<String> values;

    Preference(Predicate<String> values) {
        this.values = values;
    }

    /** Its name in the header. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    boolean takes(String value) {
        return values.test(value);
    }

    private static boolean isNumber(String text, int mostDigits) {
        return !text.isEmpty() && text.length() <= mostDigits && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
