package dev.rowhouse.app.data.query;

import org.jspecify.annotations.Nullable;

/** The grammar of {@code limit}, {@code offset} and of the {@code Range} header: {@code ["items="] first "-" [last]}. */
final class PageGrammar {

    private static final int MOST_DIGITS = 18;

    private PageGrammar() {}

    /** @param most what is allowed */
    static Long limit(String parameter, String value, int most) {
        if (isBelowNothing(value)) {
            throw unsatisfiable("Limit should be greater than or equal to zero.");
        }
        long limit = number(parameter, value);
        if (limit > most) {
            throw QueryError.malformed(
                    "PGRST103", "limit is " + value + " (maximum: " + most + ")", "parameter '" + parameter + "'");
        }
        return limit;
    }

    static Long offset(String parameter, String value) {
        if (isBelowNothing(value)) {
            throw unsatisfiable("Offset should be greater than or equal to zero.");
        }
        return number(parameter, value);
    }

    /**
     * Returns the part of a page that a {@code Range} header asks for. One that cannot be read is none, and no page is smaller
     * than the one of {@code limit=0}.
     *
     * @param most rows of a page
     */
    static Page within(@Nullable String header, Page page, int most) {
        if (header == null || Integer.valueOf(0).equals(page.limit())) {
            return page;
        }
        var range = header.startsWith("items=") ? header.substring("items=".length()) : header;
        int dash = range.indexOf('-');
        if (dash <= 0 || !isNumber(range.substring(0, dash))) {
            return page;
        }
        long first = Long.parseLong(range.substring(0, dash));
        var end = range.substring(dash + 1);
        if (!end.isEmpty() && !isNumber(end)) {
            return page;
        }
        return end.isEmpty() ? from(first, page) : between(first, Long.parseLong(end), page, most);
    }

    private static Page from(long first, Page page) {
        long skipped = Math.max(0, first - page.offset());
        if (page.limit() == null) {
            return new Page(null, page.offset() + skipped);
        }
        if (skipped >= page.limit()) {
            throw unsatisfiable("The range of the Range header lies outside of limit and offset.");
        }
        return new Page(page.limit() - (int) skipped, page.offset() + skipped);
    }

    private static Page between(long first, long last, Page page, int most) {
        if (first > last) {
            throw unsatisfiable(
                    "The lower boundary must be lower than or equal to the upper boundary in the Range header.");
        }
        var begun = from(first, page);
        long rows = last - begun.offset() + 1;
        if (rows <= 0) {
            throw unsatisfiable("The range of the Range header lies outside of limit and offset.");
        }
        return new Page((int) Math.min(rows, begun.limit(most)), begun.offset());
    }

    private static QueryError unsatisfiable(String details) {
        return new QueryError(
                QueryError.Kind.NOT_SATISFIABLE, "PGRST103", "Requested range not satisfiable", details, null);
    }

    private static boolean isBelowNothing(String value) {
        return value.startsWith("-") && isNumber(value.substring(1));
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.length() <= MOST_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static long number(String parameter, String value) {
        if (isNumber(value)) {
            return Long.parseLong(value);
        }
        int position = 0;
        while (value.length() <= MOST_DIGITS
                && position < value.length()
                && value.charAt(position) >= '0'
                && value.charAt(position) <= '9') {
            position++;
        }
        throw QueryError.malformed(
                "PGRST100",
                "failed to parse parameter '" + parameter + "'",
                "position " + (position + 1) + " of parameter '" + parameter + "': expected a number from 0 on");
    }
}
