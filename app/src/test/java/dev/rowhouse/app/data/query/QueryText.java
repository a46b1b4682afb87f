package dev.rowhouse.app.data.query;

import dev.rowhouse.app.data.query.Operand.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Map.Entry;
import java.util.stream.Collectors;

/** Prints a query as the parameters it can be read from. */
final class QueryText {

    private final List<Entry<String, String>> parameters = new ArrayList<>();

    private QueryText() {}

    static List<Entry<String, String>> of(ReadQuery query) {
        var text = new QueryText();
        if (!query.selection().select().isEmpty()) {
            text.add("select", items(query.selection().select()));
        }
        text.selection("", query.selection());
        if (query.after() != null) {
            text.add("after", query.after());
        }
        return text.parameters;
    }

    private void selection(String path, Selection selection) {
        selection.filters().forEach(filter -> {
            var parameter = parameter(filter);
            add(path + parameter.getKey(), parameter.getValue());
        });
        if (!selection.order().isEmpty()) {
            add(path + "order", selection.order().stream().map(QueryText::term).collect(Collectors.joining(",")));
        }
        if (selection.page().limit() != null) {
            add(path + "limit", Integer.toString(selection.page().limit()));
        }
        if (selection.page().offset() != 0) {
            add(path + "offset", Long.toString(selection.page().offset()));
        }
        for (var item : selection.select()) {
            if (item instanceof SelectItem.Embedded(var embedding)) {
                selection(path + quoted(embedding.name()) + ".", embedding.selection());
            }
        }
    }

    private void add(String name, String value) {
        parameters.add(Map.entry(name, value));
    }

    private static String items(List<SelectItem> items) {
        return items.stream().map(QueryText::item).collect(Collectors.joining(","));
    }

    private static String item(SelectItem item) {
        return switch (item) {
            case SelectItem.All() -> "*";
            case SelectItem.Nothing() -> "";
            case SelectItem.Count(var alias, var cast) -> alias(alias) + "count()" + cast(cast);
            case SelectItem.Single(var operand, var alias, var cast, var aggregate, var aggregateCast) ->
                alias(alias)
                        + name(operand)
                        + cast(cast)
                        + (aggregate == null ? "" : "." + lower(aggregate) + "()" + cast(aggregateCast));
            case SelectItem.Embedded(var embedding) ->
                (embedding.spread() ? "..." : alias(embedding.alias()))
                        + quoted(embedding.target())
                        + (embedding.hint() == null ? "" : "!" + quoted(embedding.hint()))
                        + (embedding.join() == Embedding.Join.INNER ? "!inner" : "")
                        + "("
                        + items(embedding.selection().select())
                        + ")";
        };
    }

    private static String alias(String alias) {
        return alias == null ? "" : quoted(alias) + ":";
    }

    private static String cast(String cast) {
        return cast == null ? "" : "::" + cast;
    }

    private static String term(OrderTerm term) {
        var direction = term.direction() == null ? "" : "." + lower(term.direction());
        var nulls = term.nulls() == null ? "" : ".nulls" + lower(term.nulls());
        var operand = term.embedding() == null
                ? name(term.operand())
                : quoted(term.embedding()) + "(" + name(term.operand()) + ")";
        return operand + direction + nulls;
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
            case Filter.Quantified(var operand, var comparator, var quantifier, var array) ->
                Map.entry(name(operand), lower(comparator) + "(" + lower(quantifier) + ")." + array);
            case Filter.TextSearch(var operand, var form, var language, var query) ->
                Map.entry(name(operand), lower(form) + (language == null ? "" : "(" + language + ")") + "." + query);
            case Filter.In(var operand, var values) -> Map.entry(name(operand), "in." + list(values));
            case Filter.Is(var operand, var truth) -> Map.entry(name(operand), "is." + lower(truth));
        };
    }

    private static String group(List<Filter> members) {
        return members.stream().map(QueryText::member).collect(Collectors.joining(",", "(", ")"));
    }

    private static String member(Filter filter) {
        return switch (filter) {
            case Filter.And _, Filter.Or _, Filter.Not(Filter.And _), Filter.Not(Filter.Or _) -> {
                var group = parameter(filter);
                yield group.getKey() + group.getValue();
            }
            case Filter.Not(var negated) -> {
                var positive = parameter(withQuotedValue(negated));
                yield positive.getKey() + ".not." + positive.getValue();
            }
            case Filter.Comparison _, Filter.Quantified _, Filter.TextSearch _, Filter.In _, Filter.Is _ -> {
                var test = parameter(withQuotedValue(filter));
                yield test.getKey() + "." + test.getValue();
            }
        };
    }

    private static Filter withQuotedValue(Filter filter) {
        return switch (filter) {
            case Filter.Comparison(var operand, var comparator, var value) ->
                new Filter.Comparison(operand, comparator, quoted(value));
            case Filter.Quantified(var operand, var comparator, var quantifier, var array) ->
                new Filter.Quantified(operand, comparator, quantifier, quoted(array));
            case Filter.TextSearch(var operand, var form, var language, var query) ->
                new Filter.TextSearch(operand, form, language, quoted(query));
            case Filter.In _, Filter.Is _, Filter.Not _, Filter.And _, Filter.Or _ -> filter;
        };
    }

    private static String list(List<String> values) {
        return values.stream().map(QueryText::quoted).collect(Collectors.joining(",", "(", ")"));
    }

    private static String name(Operand operand) {
        return quoted(operand.column())
                + operand.path().stream().map(QueryText::step).collect(Collectors.joining());
    }

    private static String step(Step step) {
        var arrow = step.asText() ? "->>" : "->";
        return switch (step) {
            case Step.Member(var name, var _) -> arrow + quoted(name);
            case Step.Element(var index, var _) -> arrow + index;
        };
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
