package dev.rowhouse.app.data.plan;

import dev.rowhouse.tenancy.catalog.Relationship.Link;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an answer depends on, but for what functions of the house read.
 *
 * @param relations the names of all whose rows were read
 * @param casts whether values of rows are cast: some texts, such as {@code now}, become another value each time
 */
public record Footprint(Set<String> relations, boolean casts) {

    public Footprint {
        relations = Collections.unmodifiableSet(new TreeSet<>(relations));
    }

    static Footprint of(RowsPlan plan) {
        var steps = new Steps();
        steps.add(plan);
        return new Footprint(steps.relations, steps.casts);
    }

    private static final class Steps {

        private final Set<String> relations = new TreeSet<>();
        private boolean casts;

        private void add(RowsPlan plan) {
            relations.add(plan.source().relation().name());
            plan.outputs().forEach(this::add);
            add(plan.condition());
            plan.order().forEach(sort -> add(sort.value()));
        }

        private void add(EmbeddedPlan embedding) {
            add(embedding.rows());
            if (embedding.relationship().link() instanceof Link.Junction(var name, var _, var _)) {
                relations.add(name);
            }
        }

        private void add(Output output) {
            switch (output) {
                case Output.Value(var value, var _) -> add(value);
                case Output.Aggregated(var _, var value, var cast, var _) -> {
                    casts |= cast != null;
                    add(value);
                }
                case Output.Counted(var cast, var _) -> casts |= cast != null;
                case Output.Embedded(var embedding) -> add(embedding);
                case Output.Spread(var embedding) -> add(embedding);
            }
        }

        private void add(Expression expression) {
            switch (expression) {
                case Expression.Field _, Expression.Computed _, Expression.Represented _ -> {}
                case Expression.Inside(var value, var _, var _) -> add(value);
                case Expression.Json(var value) -> add(value);
                case Expression.Cast(var value, var _) -> {
                    casts = true;
                    add(value);
                }
                case Expression.Related(var embedding, var value) -> {
                    add(embedding);
                    add(value);
                }
            }
        }

        private void add(Condition condition) {
            switch (condition) {
                case Condition.Compare(var operand, var _, var _) -> add(operand);
                case Condition.CompareEach(var operand, var _, var _, var _) -> add(operand);
                case Condition.OneOf(var operand, var _) -> add(operand);
                case Condition.Is(var operand, var _) -> add(operand);
                case Condition.Search(var operand, var _, var _, var _, var _) -> add(operand);
                case Condition.HasRelated(var embedding) -> add(embedding);
                case Condition.After(var order, var _) -> order.forEach(sort -> add(sort.value()));
                case Condition.Not(var negated) -> add(negated);
                case Condition.AllOf(var members) -> members.forEach(this::add);
                case Condition.AnyOf(var members) -> members.forEach(this::add);
            }
        }
    }
}
