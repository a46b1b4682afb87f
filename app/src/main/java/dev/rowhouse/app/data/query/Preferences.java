package dev.rowhouse.app.data.query;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the {@code Prefer} headers ask for (RFC 7240).
 *
 * @param resolution what becomes of a row that exists already; null for an error
 * @param missingDefault whether a member that a row of the body lacks takes its column's default, and not null
 * @param rollback whether the transaction is undone after it has answered ({@code tx=rollback})
 * @param strict whether a preference that cannot be honoured is an error ({@code handling=strict})
 * @param maxAffected how many rows may change at most; null for any number, and without {@code handling=strict}
 * @param timezone in which times are shown; null for the server's
 * @param lock how the rows that are read are locked until the transaction ends; null for not at all
 * @param lockWait how long to wait for a lock; null for as long as the server does
 * @param applied the preferences that are honoured, for {@code Preference-Applied}
 */
public record Preferences(
        Count count,
        Returning returning,
        @Nullable Resolution resolution,
        boolean missingDefault,
        boolean rollback,
        boolean strict,
        @Nullable Long maxAffected,
        @Nullable String timezone,
        @Nullable Lock lock,
        @Nullable Duration lockWait,
        List<String> applied) {

    /** How the total number of rows, regardless of the page, is found. */
    public enum Count {
        NONE,
        EXACT,
        /** As PostgreSQL's planner estimates it. */
        PLANNED,
        /** Exact up to a threshold, the planner's estimate above it. */
        ESTIMATED
    }

    /** What a write answers with. */
    public enum Returning {
        MINIMAL,
        HEADERS_ONLY,
        REPRESENTATION
    }

    /** What becomes of a row of which the key exists already. */
    public enum Resolution {
        MERGE_DUPLICATES,
        IGNORE_DUPLICATES
    }

    /** The lock of {@code SELECT … FOR}. */
    public enum Lock {
        UPDATE,
        NO_KEY_UPDATE,
        SHARE,
        KEY_SHARE
    }

    /** Nothing asked for. */
    public static final Preferences NONE = new Preferences(
            Count.NONE, Returning.MINIMAL, null, false, false, false, null, null, null, null, List.of());

    public Preferences {
        applied = List.copyOf(applied);
    }

    /** Says whether a total is wanted. */
    public boolean counted() {
        return count != Count.NONE;
    }

    static Preferences parse(List<String> headers, RequestKind kind) {
        if (headers.isEmpty()) {
            return NONE;
        }
        var grammar = new PreferenceGrammar(kind);
        headers.forEach(grammar::header);
        return grammar.preferences();
    }
}
