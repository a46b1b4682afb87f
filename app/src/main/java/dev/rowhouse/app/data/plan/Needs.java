package dev.rowhouse.app.data.plan;

import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.Relationship.Link;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Finds which columns of its source a plan reads, for a write returns no others: the caller may not be allowed to. */
public final class Needs {

    private final Set<String> names = new LinkedHashSet<>();
    private boolean wholeRow;

    private Needs() {}

    /** Returns the columns in the order of the relation; at least one. */
    public static List<Column> columns(RowsPlan plan) {
        var needs = new Needs();
        plan.outputs().forEach(needs::output);
        needs.condition(plan.condition());
        plan.order().forEach(sort -> needs.expression(sort.value()));
        var all = plan.source().relation().columns();
        var needed = needs.wholeRow
                ? all
                : all.stream()
                        .filter(column -> needs.names.contains(column.name()))
                        .toList();
        return needed.isEmpty() && !all.isEmpty() ? List.of(all.getFirst()) : needed;
    }

    private void output(Output output) {
        switch (output) {
            case Output.Value(var value, var _) -> expression(value);
            case Output.Aggregated(var _, var value, var _, var _) -> expression(value);
            case Output.Counted _ -> {}
            case Output.Embedded(var embedding) -> embedding(embedding);
            case Output.Spread(var embedding) -> embedding(embedding);
        }
    }

    private void embedding(EmbeddedPlan embedding) {
        switch (embedding.relationship().link()) {
            case Link.Key(var _, var columns, var _, var _) -> names.addAll(columns);
            case Link.Junction(var _, var toSource, var _) -> names.addAll(toSource.targetColumns());
            case Link.Function _ -> wholeRow = true;
        }
    }

    private void expression(Expression expression) {
        switch (expression) {
            case Expression.Field(var column) -> names.add(column.name());
            case Expression.Computed _ -> wholeRow = true;
            case Expression.Represented(var value, var _) -> expression(value);
            case Expression.Inside(var value, var _, var _) -> expression(value);
            case Expression.Json(var value) -> expression(value);
            case Expression.Cast(var value, var _) -> expression(value);
            case Expression.Related(var embedding, var _) -> embedding(embedding);
        }
    }

    private void condition(Condition condition) {
        switch (condition) {
            case Condition.Compare(var operand, var _, var _) -> expression(operand);
            case Condition.CompareEach(var operand, var _, var _, var _) -> expression(operand);
            case Condition.OneOf(var operand, var _) -> expression(operand);
            case Condition.Is(var operand, var _) -> expression(operand);
            case Condition.Search(var operand, var _, var _, var _, var _) -> expression(operand);
            case Condition.HasRelated(var embedding) -> embedding(embedding);
            case Condition.After(var order, var _) -> order.forEach(sort -> expression(sort.value()));
            case Condition.Not(var negated) -> condition(negated);
            case Condition.AllOf(var members) -> members.forEach(this::condition);
            case Condition.AnyOf(var members) -> members.forEach(this::condition);
        }
    }
}
