package dev.rowhouse.app.data.query;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the {@code Prefer} headers ask for (RFC 7240).
 *
 * @param resolution what becomes of a row that exists already; null for an error
 * @param missingDefault whether a member that a row of the body lacks takes its column's default, and not null
 * @param rollback whether the transaction is undone after it has answered ({@code tx=rollback})
 * @param strict whether a preference that cannot be honoured is an error ({@code handling=strict})
 * @param maxAffected how many rows may change at most; null for any number
 * @param timezone in which times are shown; null for the server's
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

    /** Nothing asked for. */
    public static final Preferences NONE =
            new Preferences(Count.NONE, Returning.MINIMAL, null, false, false, false, null, null, List.of());

    public Preferences {
        applied = List.copyOf(applied);
    }

    /** Says whether a total is wanted. */
    public boolean counted() {
        return count != Count.NONE;
    }

    static Preferences parse(List<String> headers) {
        if (headers.isEmpty()) {
            return NONE;
        }
        var reading = new Reading();
        headers.forEach(reading::header);
        return reading.result();
    }

    /** The first of several contradicting preferences counts, as RFC 7240 has it. */
    private static final class Reading {

        private final List<String> applied = new ArrayList<>();
        private final List<String> unknown = new ArrayList<>();
        private boolean countSeen;
        private boolean counted;
        private boolean returningSeen;
        private Returning returning = Returning.MINIMAL;
        private boolean handlingSeen;
        private boolean strict;

        void header(String header) {
            int from = 0;
            while (from <= header.length()) {
                int comma = header.indexOf(',', from);
                int to = comma < 0 ? header.length() : comma;
                preference(header.substring(from, to).strip());
                from = to + 1;
            }
        }

        private void preference(String preference) {
            switch (preference) {
                case "" -> {}
                case "count=exact" -> count(preference);
                case "return=minimal" -> returning(preference, Returning.MINIMAL);
                case "return=headers-only" -> returning(preference, Returning.HEADERS_ONLY);
                case "return=representation" -> returning(preference, Returning.REPRESENTATION);
                case "handling=strict" -> handling(preference, true);
                case "handling=lenient" -> handling(preference, false);
                default -> unknown.add(preference);
            }
        }

        private void count(String preference) {
            if (!countSeen) {
                countSeen = true;
                counted = true;
                applied.add(preference);
            }
        }

        private void returning(String preference, Returning asked) {
            if (!returningSeen) {
                returningSeen = true;
                returning = asked;
                applied.add(preference);
            }
        }

        private void handling(String preference, boolean asked) {
            if (!handlingSeen) {
                handlingSeen = true;
                strict = asked;
                applied.add(preference);
            }
        }

        Preferences result() {
            if (strict && !unknown.isEmpty()) {
                throw QueryError.malformed(
                        "PGRST122",
                        "Invalid preferences given with handling=strict",
                        "Invalid preferences: " + String.join(", ", unknown));
            }
            return new Preferences(
                    counted ? Count.EXACT : Count.NONE, returning, null, false, false, strict, null, null, applied);
        }
    }
}
