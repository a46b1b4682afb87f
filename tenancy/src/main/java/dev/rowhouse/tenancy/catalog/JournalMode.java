package dev.rowhouse.tenancy.catalog;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the journal keeps of a table's changes: the word behind {@code @journal} in the table's comment. */
public enum JournalMode {
    /** Nothing: its changes reach nobody. */
    OFF,
    /** That a row changed, and its primary key. */
    KEYS,
    /** The row as it was and as it became. What a table without such a word has. */
    ROWS;

    private static final Pattern MARK = Pattern.compile("(?<!\\S)@journal\\b[ \\t]*([^\\s]*)");

    /** Returns the mode that a table's comment asks for; a word that is none counts as {@link #ROWS}. */
    public static JournalMode of(@Nullable String comment) {
        var word = word(comment);
        for (var mode : values()) {
            if (mode.name().toLowerCase(Locale.ROOT).equals(word)) {
                return mode;
            }
        }
        return ROWS;
    }

    /** Says whether a comment asks for something that there is not. */
    public static boolean isMistaken(@Nullable String comment) {
        var word = word(comment);
        return word != null && !of(comment).name().toLowerCase(Locale.ROOT).equals(word);
    }

    private static @Nullable String word(@Nullable String comment) {
        var mark = MARK.matcher(comment == null ? "" : comment);
        return mark.find() ? mark.group(1) : null;
    }
}
