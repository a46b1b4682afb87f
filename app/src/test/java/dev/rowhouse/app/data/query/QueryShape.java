package dev.rowhouse.app.data.query;

import dev.rowhouse.app.data.query.Operand.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Prints a query in another language than the one it was read from, so that tables of examples can say what is meant. */
final class QueryShape {

    private QueryShape() {}

    static String of(Selection selection) {
        var parts = new ArrayList<String>();
        if (!selection.select().isEmpty()) {
            parts.add(
                    "show " + selection.select().stream().map(QueryShape::item).collect(Collectors.joining(", ")));
        }
        if (!selection.filters().isEmpty()) {
            parts.add("where " + all(selection.filters(), " & "));
        }
        if (!selection.order().isEmpty()) {
            parts.add("by " + selection.order().stream().map(QueryShape::term).collect(Collectors.joining(", ")));
        }
        if (!selection.page().equals(Page.ALL)) {
            var limit = selection.page().limit();
            parts.add("rows " + selection.page().offset() + "+" + (limit == null ? "" : limit));
        }
        return String.join("; ", parts);
    }

    private static String item(SelectItem item) {
        return switch (item) {
            case SelectItem.All() -> "*";
            case SelectItem.Nothing() -> "nothing";
            case SelectItem.Count(var alias, var cast) -> as("COUNT(rows)", cast) + named(alias);
            case SelectItem.Single(var operand, var alias, var cast, var aggregate, var aggregateCast) -> {
                var value = as(operand(operand), cast);
                yield (aggregate == null ? value : as(aggregate + "(" + value + ")", aggregateCast)) + named(alias);
            }
            case SelectItem.Embedded(var embedding) ->
                (embedding.spread() ? "SPREAD " : "EMBED ")
                        + embedding.target()
                        + (embedding.hint() == null ? "" : " BY " + embedding.hint())
                        + (embedding.join() == Embedding.Join.INNER ? " INNER" : "")
                        + named(embedding.alias())
                        + " {"
                        + of(embedding.selection())
                        + "}";
        };
    }

    private static String term(OrderTerm term) {
        return (term.embedding() == null ? "" : term.embedding() + " OF ")
                + operand(term.operand())
                + (term.direction() == null ? "" : " " + term.direction())
                + (term.nulls() == null ? "" : " NULLS " + term.nulls());
    }

    private static String filter(Filter filter) {
        return switch (filter) {
            case Filter.And(var members) -> "(" + all(members, " & ") + ")";
            case Filter.Or(var members) -> "(" + all(members, " or ") + ")";
            case Filter.Not(var negated) -> "NOT " + filter(negated);
            case Filter.Comparison(var operand, var comparator, var value) ->
                operand(operand) + " " + comparator + " '" + value + "'";
            case Filter.Quantified(var operand, var comparator, var quantifier, var array) ->
                operand(operand) + " " + comparator + " " + quantifier + " '" + array + "'";
            case Filter.TextSearch(var operand, var form, var language, var query) ->
                operand(operand) + " " + form + (language == null ? "" : " " + language) + " '" + query + "'";
            case Filter.In(var operand, var values) ->
                operand(operand) + " IN "
                        + values.stream().map(value -> "'" + value + "'").toList();
            case Filter.Is(var operand, var truth) -> operand(operand) + " IS " + truth;
        };
    }

    private static String all(List<Filter> filters, String between) {
        return filters.stream().map(QueryShape::filter).collect(Collectors.joining(between));
    }

    private static String operand(Operand operand) {
        return operand.column() + operand.path().stream().map(QueryShape::step).collect(Collectors.joining());
    }

    private static String step(Step step) {
        var text = step.asText() ? "~" : "";
        return switch (step) {
            case Step.Member(var name, var _) -> "/" + text + name;
            case Step.Element(var index, var _) -> "[" + text + index + "]";
        };
    }

    private static String as(String value, String type) {
        return type == null ? value : value + " AS " + type;
    }

    private static String named(String alias) {
        return alias == null ? "" : " NAMED " + alias;
    }
}
