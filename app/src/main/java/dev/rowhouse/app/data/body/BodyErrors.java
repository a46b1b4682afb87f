package dev.rowhouse.app.data.body;

import dev.rowhouse.app.data.plan.InsertPlan;
import dev.rowhouse.app.data.query.QueryError;
import org.jspecify.annotations.Nullable;

/** The refusals of this package. */
final class BodyErrors {

    static final int LONGEST_LINE = 10 * 1024 * 1024;

    private static final String UNREADABLE = "PGRST102";
    private static final int SHOWN = 40;

    private BodyErrors() {}

    static QueryError unreadable(String text, @Nullable String details) {
        return QueryError.malformed(UNREADABLE, text, details);
    }

    static QueryError inLine(long line, String why) {
        return unreadable("line " + line + " of the body cannot be read", why);
    }

    static QueryError tooLong(long line) {
        return new QueryError(
                QueryError.Kind.TOO_LARGE,
                UNREADABLE,
                "line " + line + " of the body is too long",
                "maximum: " + LONGEST_LINE + " bytes",
                null);
    }

    /** Refuses what a stream cannot do: its first row names the columns. */
    static void requireNoNamedColumns(InsertPlan plan) {
        if (!plan.columns().isEmpty()) {
            throw QueryError.malformed("PGRST100", "parameter 'columns' is not supported for streams of rows", null);
        }
    }

    /** Returns the start of a client's value, for a message. */
    static String shown(String value) {
        return value.codePointCount(0, value.length()) <= SHOWN
                ? value
                : value.substring(0, value.offsetByCodePoints(0, SHOWN)) + "…";
    }
}
