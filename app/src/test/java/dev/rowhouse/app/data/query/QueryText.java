package dev.rowhouse.app.data.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Map.Entry;
import java.util.stream.Collectors;

/** Prints a query as the parameters it can be read from. */
final class QueryText {

    private QueryText() {}

    static List<Entry<String, String>> of(ReadQuery query) {
        var parameters = new ArrayList<Entry<String, String>>();
        if (!query.selection().select().isEmpty()) {
            parameters.add(Map.entry(
                    "select", query.selection().select().stream().map(QueryText::item).collect(Collectors.joining(","))));
        }
        query.selection().filters().forEach(filter -> parameters.add(parameter(filter)));
        if (!query.selection().order().isEmpty()) {
            parameters.add(Map.entry(
                    "order", query.selection().order().stream().map(QueryText::term).collect(Collectors.joining(","))));
        }
        parameters.add(Map.entry("limit", Integer.toString(query.selection().page().limit(Page.LARGEST))));
        parameters.add(Map.entry("offset", Long.toString(query.selection().page().offset())));
        return parameters;
    }

    private static String item(SelectItem item) {
        return switch (item) {
            case SelectItem.All() -> "*";
            case SelectItem.Count _, SelectItem.Embedded _ -> throw new AssertionError(item);
            case SelectItem.Single(var operand, var alias, var _, var _, var _) ->
                alias == null ? name(operand) : quoted(alias) + ":" + name(operand);
        };
    }

    private static String term(OrderTerm term) {
        var direction = term.direction() == null ? "" : "." + lower(term.direction());
        var nulls = term.nulls() == null ? "" : ".nulls" + lower(term.nulls());
        return name(term.operand()) + direction + nulls;
    }

    private static Entry<String, String> parameter(Filter filter) {
        return switch (filter) {
            case Filter.And(var members) -> Map.entry("and", group(members));
            case Filter.Or(var members) -> Map.entry("or", group(members));
            case Filter.Not(Filter.And(var members)) -> Map.entry("not.and", group(members));
            case Filter.Not(Filter.Or(var members)) -> Map.entry("not.or", group(members));
            case Filter.Not(var negated) -> {
                var positive = parameter(negated);
                yield Map.entry(positive.getKey(), "not." + positive.getValue());
            }
            case Filter.Comparison(var operand, var comparator, var value) ->
                Map.entry(name(operand), lower(comparator) + "." + value);
            case Filter.Quantified _, Filter.TextSearch _ -> throw new AssertionError(filter);
            case Filter.In(var operand, var values) -> Map.entry(name(operand), "in." + list(values));
            case Filter.Is(var operand, var truth) -> Map.entry(name(operand), "is." + lower(truth));
        };
    }

    private static String group(List<Filter> members) {
        return members.stream().map(QueryText::member).collect(Collectors.joining(",", "(", ")"));
    }

    private static String member(Filter filter) {
        return switch (filter) {
            case Filter.And(var members) -> "and" + group(members);
            case Filter.Or(var members) -> "or" + group(members);
            case Filter.Not(Filter.And(var members)) -> "not.and" + group(members);
            case Filter.Not(Filter.Or(var members)) -> "not.or" + group(members);
            case Filter.Not(Filter.Comparison(var operand, var comparator, var value)) ->
                name(operand) + ".not." + lower(comparator) + "." + quoted(value);
            case Filter.Comparison(var operand, var comparator, var value) ->
                name(operand) + "." + lower(comparator) + "." + quoted(value);
            case Filter.Not(var negated) -> {
                var plain = parameter(negated);
                yield plain.getKey() + ".not." + plain.getValue();
            }
            case Filter.Quantified _, Filter.TextSearch _ -> throw new AssertionError(filter);
            case Filter.In in -> joined(parameter(in));
            case Filter.Is is -> joined(parameter(is));
        };
    }

    private static String joined(Entry<String, String> parameter) {
        return parameter.getKey() + "." + parameter.getValue();
    }

    private static String list(List<String> values) {
        return values.stream().map(QueryText::quoted).collect(Collectors.joining(",", "(", ")"));
    }

    private static String name(Operand operand) {
        return quoted(operand.column());
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
