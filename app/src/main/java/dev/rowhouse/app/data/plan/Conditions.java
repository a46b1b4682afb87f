package dev.rowhouse.app.data.plan;

import dev.rowhouse.app.data.query.Filter;
import dev.rowhouse.app.data.query.Filter.Comparator;
import dev.rowhouse.app.data.query.Filter.QueryForm;
import dev.rowhouse.app.data.query.Filter.Truth;
import dev.rowhouse.app.data.query.Operand;
import dev.rowhouse.app.data.query.QueryError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns filters into conditions on the rows of one level of a selection. */
final class Conditions {

    private static final String WHERE = "a filter";

    // A qualified name would ask about other schemas.
    private static final Pattern LANGUAGE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");

    private final Operands operands;
    private final Map<String, EmbeddedPlan> embeddings;

    Conditions(Operands operands, Map<String, EmbeddedPlan> embeddings) {
        this.operands = operands;
        this.embeddings = embeddings;
    }

    List<Condition> of(List<Filter> filters) {
        var conditions = new ArrayList<Condition>(filters.size());
        for (var filter : filters) {
            conditions.add(condition(filter));
        }
        return conditions;
    }

    private Condition condition(Filter filter) {
        return switch (filter) {
            case Filter.Comparison(var operand, var comparator, var value) -> compare(operand, comparator, value);
            case Filter.Quantified(var operand, var comparator, var quantifier, var array) ->
                new Condition.CompareEach(
                        Fit.compared(operand(operand), name(operand), comparator, true),
                        comparator,
                        quantifier,
                        written(comparator, array));
            case Filter.TextSearch(var operand, var form, var language, var query) ->
                search(operand, form, language, query);
            case Filter.In(var operand, var values) ->
                new Condition.OneOf(Fit.in(operand(operand), name(operand)), values);
            case Filter.Is(var operand, var truth) -> is(operand, truth);
            case Filter.Not(var negated) -> new Condition.Not(condition(negated));
            case Filter.And(var members) -> new Condition.AllOf(of(members));
            case Filter.Or(var members) -> new Condition.AnyOf(of(members));
        };
    }

    private Condition compare(Operand operand, Comparator comparator, String value) {
        var compared = Fit.compared(operand(operand), name(operand), comparator, false);
        return new Condition.Compare(compared, comparator, written(comparator, value));
    }

    private static String written(Comparator comparator, String value) {
        return comparator == Comparator.LIKE || comparator == Comparator.ILIKE ? value.replace('*', '%') : value;
    }

    private Condition search(Operand operand, QueryForm form, @Nullable String language, String query) {
        if (language != null && !LANGUAGE.matcher(language).matches()) {
            throw QueryError.malformed(
                    "42704", "text search configuration '" + language + "' does not exist", "named by " + WHERE);
        }
        var searched = operand(operand);
        return new Condition.Search(searched, Fit.isVector(searched, name(operand)), form, language, query);
    }

    private Condition is(Operand operand, Truth truth) {
        var embedding = embedding(operand);
        if (embedding == null) {
            return new Condition.Is(Fit.is(operand(operand), name(operand), truth), truth);
        }
        return switch (truth) {
            case NULL -> new Condition.Not(new Condition.HasRelated(embedding));
            case NOT_NULL -> new Condition.HasRelated(embedding);
            case TRUE, FALSE, UNKNOWN -> throw onEmbedding(operand.column());
        };
    }

    // A column's name stays the column's, also where an embedding is named by it.
    private @Nullable EmbeddedPlan embedding(Operand operand) {
        return operand.path().isEmpty() && operands.relation().column(operand.column()) == null
                ? embeddings.get(operand.column())
                : null;
    }

    private Expression operand(Operand operand) {
        if (embedding(operand) != null) {
            throw onEmbedding(operand.column());
        }
        return operands.compared(operand, WHERE);
    }

    private static String name(Operand operand) {
        return operand.column();
    }

    private static QueryError onEmbedding(String name) {
        return QueryError.malformed(
                "PGRST120",
                "this operator does not fit the embedded resource '" + name + "'",
                "only is.null and not.is.null fit an embedded resource");
    }
}
