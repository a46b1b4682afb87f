package dev.rowhouse.tenancy.catalog;

import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How long whoever receives a table's rows may show them again without asking: the words behind {@code @http} in its
 * comment, {@code max-age=60s}, or {@code max-age=60s public} where caches between may keep what everybody gets.
 */
public record HttpRule(Duration maxAge, boolean shared) {

    /** How long at most: nobody can be told that it has changed. */
    public static final Duration LONGEST = Duration.ofHours(24);

    private static final Pattern MARK =
            Pattern.compile("(?<!\\S)@http(?!\\S)(?:[ \\t]+max-age=(\\S+?)(?=[\\s,;]|$)([ \\t]+public(?!\\w))?)?");
    private static final Pattern SECONDS = Pattern.compile("[0-9]+");

    /** Returns what a table's comment asks for; null if that is nothing, or is mistaken. */
    public static @Nullable HttpRule of(@Nullable String comment) {
        var mark = MARK.matcher(comment == null ? "" : comment);
        if (!mark.find() || mark.group(1) == null) {
            return null;
        }
        var text = mark.group(1);
        var maxAge = TimeText.read(SECONDS.matcher(text).matches() ? text + "s" : text);
        return maxAge == null || maxAge.compareTo(LONGEST) > 0 ? null : new HttpRule(maxAge, mark.group(2) != null);
    }

    /** Says whether a comment asks for something that there is not. */
    public static boolean isMistaken(@Nullable String comment) {
        return comment != null && MARK.matcher(comment).find() && of(comment) == null;
    }

    /** Returns what holds for an answer that shows rows of both. */
    public HttpRule and(HttpRule other) {
        return new HttpRule(maxAge.compareTo(other.maxAge) < 0 ? maxAge : other.maxAge, shared && other.shared);
    }
}
