package dev.rowhouse.app.data.query;

import java.util.ArrayList;
import java.util.List;

/**
 * What the {@code Prefer} headers ask for (RFC 7240).
 *
 * @param counted whether the total is wanted ({@code count=exact})
 * @param returning what a write answers with
 * @param applied the preferences that are honoured, for {@code Preference-Applied}
 */
public record Preferences(boolean counted, Returning returning, List<String> applied) {

    /** What a write answers with. */
    public enum Returning {
        MINIMAL,
        HEADERS_ONLY,
        REPRESENTATION
    }

    /** Nothing asked for. */
    public static final Preferences NONE = new Preferences(false, Returning.MINIMAL, List.of());

    public Preferences {
        applied = List.copyOf(applied);
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
            return new Preferences(counted, returning, applied);
        }
    }
}
