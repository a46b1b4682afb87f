package dev.rowhouse.app.data.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Map.Entry;
import org.jspecify.annotations.Nullable;

/** Reads parameters and {@code Prefer} headers into a typed query. Parameters arrive decoded, in the client's order. */
public final class QueryParser {

    private QueryParser() {}

    /** Reads a {@code GET} or {@code HEAD}. */
    public static ReadQuery read(String relation, List<Entry<String, String>> parameters, List<String> prefer) {
        var parts = new Parts();
        for (var parameter : parameters) {
            var name = parameter.getKey();
            var value = parameter.getValue();
            switch (name) {
                case "select" -> parts.select = once(parts.select, name, SelectGrammar.items(value));
                case "order" -> parts.order = once(parts.order, name, OrderGrammar.terms(value));
                case "limit" -> parts.limit = once(parts.limit, name, limit(value));
                case "offset" -> parts.offset = once(parts.offset, name, number(name, value));
                case "columns", "on_conflict" -> throw unsupported(name, "when reading");
                default -> parts.filter(name, value);
            }
        }
        return new ReadQuery(relation, parts.selection(), Preferences.parse(prefer));
    }

    /** Reads a {@code POST}. */
    public static WriteQuery insert(String relation, List<Entry<String, String>> parameters, List<String> prefer) {
        var parts = new Parts();
        for (var parameter : parameters) {
            var name = parameter.getKey();
            var value = parameter.getValue();
            switch (name) {
                case "select" -> parts.select = once(parts.select, name, SelectGrammar.items(value));
                case "columns" -> parts.columns = once(parts.columns, name, SelectGrammar.names(value));
                default -> throw unsupported(name, "when inserting");
            }
        }
        return parts.write(relation, prefer);
    }

    /** Reads a {@code PATCH} or {@code DELETE}. Without a filter it changes every row, as the dialect has it. */
    public static WriteQuery change(String relation, List<Entry<String, String>> parameters, List<String> prefer) {
        var parts = new Parts();
        for (var parameter : parameters) {
            var name = parameter.getKey();
            var value = parameter.getValue();
            switch (name) {
                case "select" -> parts.select = once(parts.select, name, SelectGrammar.items(value));
                case "order", "limit", "offset", "columns", "on_conflict" ->
                    throw unsupported(name, "when updating or deleting");
                default -> parts.filter(name, value);
            }
        }
        return parts.write(relation, prefer);
    }

    /** What has been read so far; null is what has not been named. */
    private static final class Parts {

        private final List<Filter> filters = new ArrayList<>();
        private @Nullable List<SelectItem> select;
        private @Nullable List<OrderTerm> order;
        private @Nullable List<String> columns;
        private @Nullable Long limit;
        private @Nullable Long offset;

        void filter(String name, String value) {
            filters.add(
                    FilterGrammar.isGroup(name) ? FilterGrammar.group(name, value) : FilterGrammar.filter(name, value));
        }

        Selection selection() {
            return new Selection(
                    select == null ? List.of() : select, filters, order == null ? List.of() : order, page());
        }

        private Page page() {
            return limit == null && offset == null
                    ? Page.ALL
                    : new Page(limit == null ? null : limit.intValue(), offset == null ? 0 : offset);
        }

        WriteQuery write(String relation, List<String> prefer) {
            var named = columns == null ? List.<String>of() : columns;
            return new WriteQuery(relation, selection(), named, List.of(), Preferences.parse(prefer));
        }
    }

    private static <T> T once(@Nullable T before, String name, T value) {
        if (before != null) {
            throw QueryError.malformed("PGRST100", "parameter '" + name + "' is given more than once", null);
        }
        return value;
    }

    private static Long limit(String value) {
        long limit = number("limit", value);
        if (limit > Page.LARGEST) {
            throw QueryError.malformed(
                    "PGRST103", "limit is " + value + " (maximum: " + Page.LARGEST + ")", "parameter 'limit'");
        }
        return limit;
    }

    private static Long number(String name, String value) {
        if (value.isEmpty() || value.length() > 18) {
            throw notANumber(name, 0);
        }
        long number = 0;
        for (int i = 0; i < value.length(); i++) {
            int digit = value.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw notANumber(name, i);
            }
            number = number * 10 + digit;
        }
        return number;
    }

    private static QueryError notANumber(String name, int position) {
        return QueryError.malformed(
                "PGRST100",
                "failed to parse parameter '" + name + "'",
                "position " + (position + 1) + " of parameter '" + name + "': expected a number from 0 on");
    }

    private static QueryError unsupported(String name, String when) {
        return QueryError.malformed("PGRST100", "parameter '" + name + "' is not supported " + when, null);
    }
}
