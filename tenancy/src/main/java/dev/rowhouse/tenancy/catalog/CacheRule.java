package dev.rowhouse.tenancy.catalog;

import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How answers about a table may be kept: the words behind {@code @cache} in its comment, {@code ttl=30s}, {@code events} or
 * {@code versioned}.
 *
 * @param longest how long an answer is kept at most
 */
public record CacheRule(Kind kind, Duration longest) {

    /** What ends an answer, beside its age. */
    public enum Kind {
        /** Nothing. */
        TTL,
        /** A change of a table it was read from. */
        EVENTS,
        /** A change of a table it was read from; answers of each state of the table lie beside each other. */
        VERSIONED;

        /** Says whether changes of the table have to be known. */
        public boolean needsJournal() {
            return this != TTL;
        }
    }

    /** How long an answer may be kept at most: what no journal tells of ends then. */
    public static final Duration LONGEST = Duration.ofMinutes(10);

    private static final Pattern MARK = Pattern.compile("(?<!\\S)@cache(?!\\S)[ \\t]*([^\\s@]\\S*)?");
    private static final String TTL = "ttl=";

    /** Returns what a table's comment asks for; null if that is nothing, or is mistaken. */
    public static @Nullable CacheRule of(@Nullable String comment) {
        var mark = MARK.matcher(comment == null ? "" : comment);
        return mark.find() && mark.group(1) != null ? read(mark.group(1)) : null;
    }

    /** Says whether a comment asks for something that there is not. */
    public static boolean isMistaken(@Nullable String comment) {
        return isMarked(comment) && of(comment) == null;
    }

    /** Says whether a comment asks for anything. */
    public static boolean isMarked(@Nullable String comment) {
        return comment != null && MARK.matcher(comment).find();
    }

    private static @Nullable CacheRule read(String word) {
        if (word.startsWith(TTL)) {
            var longest = TimeText.read(word.substring(TTL.length()));
            return longest == null || longest.compareTo(LONGEST) > 0 ? null : new CacheRule(Kind.TTL, longest);
        }
        return switch (word) {
            case "events" -> new CacheRule(Kind.EVENTS, LONGEST);
            case "versioned" -> new CacheRule(Kind.VERSIONED, LONGEST);
            default -> null;
        };
    }
}
