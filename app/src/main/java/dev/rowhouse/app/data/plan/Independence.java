package dev.rowhouse.app.data.plan;

import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.catalog.Catalog;
import dev.rowhouse.tenancy.catalog.ColumnType;
import dev.rowhouse.tenancy.catalog.ColumnType.Origin;
import dev.rowhouse.tenancy.catalog.Relation;
import dev.rowhouse.tenancy.catalog.Relationship.Link;

/**
 * Decides whether an answer cannot depend on who asks: no policy filters it, and no code of the blueprint runs for it.
 *
 * <p>Operators and functions are found in PostgreSQL's and the extensions' schemas alone; casts, which stand in no schema,
 * can be the blueprint's where one of its types is involved.
 */
final class Independence {

    private final Catalog catalog;
    private final CallerClass callerClass;

    private Independence(Catalog catalog, CallerClass callerClass) {
        this.catalog = catalog;
        this.callerClass = callerClass;
    }

    static boolean of(RowsPlan plan, Catalog catalog, CallerClass callerClass) {
        return new Independence(catalog, callerClass).holds(plan);
    }

    private boolean holds(RowsPlan plan) {
        return holds(plan.source())
                && plan.outputs().stream().allMatch(this::holds)
                && holds(plan.condition())
                && plan.order().stream().allMatch(sort -> holds(sort.value()));
    }

    private boolean holds(Source source) {
        return switch (source) {
            case Source.Table(var relation) -> holds(relation);
            // What the write itself runs is asked elsewhere.
            case Source.Changed(var relation) -> holds(relation);
            case Source.Called _, Source.Computed _ -> false;
        };
    }

    private boolean holds(Relation relation) {
        return relation.callerIndependent() && (!relation.rowSecurity() || callerClass == CallerClass.SERVICE);
    }

    private boolean holds(Output output) {
        return switch (output) {
            case Output.Value(var value, var _) -> holds(value);
            case Output.Aggregated(var _, var value, var cast, var _) ->
                holds(value) && (cast == null || holds(cast.type()));
            case Output.Counted(var cast, var _) -> cast == null || holds(cast.type());
            case Output.Embedded(var embedding) -> holds(embedding);
            case Output.Spread(var embedding) -> holds(embedding);
        };
    }

    private boolean holds(EmbeddedPlan embedding) {
        return holds(embedding.rows())
                && switch (embedding.relationship().link()) {
                    case Link.Key _ -> true;
                    case Link.Junction(var name, var _, var _) -> {
                        var junction = catalog.relation(name);
                        yield junction != null && holds(junction);
                    }
                    case Link.Function _ -> false;
                };
    }

    private boolean holds(Expression expression) {
        return switch (expression) {
            // What else a column's type may run is part of what is known of its relation.
            case Expression.Field(var column) -> column.type().representation() == null;
            case Expression.Computed _, Expression.Represented _ -> false;
            case Expression.Inside(var value, var _, var _) -> holds(value);
            case Expression.Json(var value) -> holds(value);
            case Expression.Cast(var value, var target) -> holds(value) && holds(target.type());
            case Expression.Related(var embedding, var value) -> holds(embedding) && holds(value);
        };
    }

    private boolean holds(Condition condition) {
        return switch (condition) {
            case Condition.Compare(var operand, var _, var _) -> holds(operand);
            case Condition.CompareEach(var operand, var _, var _, var _) -> holds(operand);
            case Condition.OneOf(var operand, var _) -> holds(operand);
            case Condition.Is(var operand, var _) -> holds(operand);
            case Condition.Search(var operand, var _, var _, var _, var _) -> holds(operand);
            case Condition.HasRelated(var embedding) -> holds(embedding);
            case Condition.After(var order, var _) -> order.stream().allMatch(sort -> holds(sort.value()));
            case Condition.Not(var negated) -> holds(negated);
            case Condition.AllOf(var members) -> members.stream().allMatch(this::holds);
            case Condition.AnyOf(var members) -> members.stream().allMatch(this::holds);
        };
    }

    private static boolean holds(ColumnType type) {
        return type.origin() != Origin.HOUSE;
    }
}
