package dev.rowhouse.app.data.plan;

import dev.rowhouse.app.data.query.Embedding;
import dev.rowhouse.app.data.query.Limits;
import dev.rowhouse.app.data.query.OrderTerm;
import dev.rowhouse.app.data.query.Page;
import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.app.data.query.SelectItem;
import dev.rowhouse.app.data.query.Selection;
import dev.rowhouse.tenancy.catalog.Catalog;
import dev.rowhouse.tenancy.catalog.Relation;
import dev.rowhouse.tenancy.catalog.Relationship;
import dev.rowhouse.tenancy.catalog.Relationship.Link;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Resolves a selection, and the selections embedded in it, against a catalog. */
final class RowsPlanner {

    // Each embedding is a subquery that PostgreSQL plans and runs for every row around it.
    private static final int MOST = Limits.DEEPEST;

    private final Catalog catalog;
    private final Limits limits;
    private int count;

    private RowsPlanner(Catalog catalog, Limits limits) {
        this.catalog = catalog;
        this.limits = limits;
    }

    /** @param page which part of the source's rows */
    static RowsPlan plan(Selection selection, Source source, Page page, Catalog catalog, Limits limits) {
        return new RowsPlanner(catalog, limits).rows(selection, source, page, 0, false);
    }

    /** @param hoisted whether aggregates are those of the level above */
    private RowsPlan rows(Selection selection, Source source, Page page, int depth, boolean hoisted) {
        var operands = new Operands(source.relation(), catalog);
        var plans = new IdentityHashMap<Embedding, EmbeddedPlan>();
        var byName = new HashMap<String, EmbeddedPlan>();
        var inner = new ArrayList<Condition>();
        for (var item : selection.select()) {
            if (item instanceof SelectItem.Embedded(var embedding)) {
                var plan = embedded(embedding, source.relation(), depth + 1);
                plans.put(embedding, plan);
                byName.putIfAbsent(plan.name(), plan);
                if (embedding.join() == Embedding.Join.INNER) {
                    inner.add(new Condition.HasRelated(plan));
                }
            }
        }
        var outputs = Outputs.of(
                selection.select(), operands, catalog, item -> Objects.requireNonNull(plans.get(item.embedding())));
        var conditions = new Conditions(operands, byName).of(selection.filters());
        conditions.addAll(inner);
        boolean grouped = !hoisted && Grouping.isNeeded(outputs);
        var order = new ArrayList<Sort>(selection.order().size());
        for (var term : selection.order()) {
            var sort = sort(term, operands, byName);
            order.add(grouped ? Grouping.requireKey(sort, term, outputs) : sort);
        }
        return new RowsPlan(source, outputs, all(conditions), order, page, grouped);
    }

    private static Condition all(List<Condition> conditions) {
        return switch (conditions.size()) {
            case 0 -> Condition.NONE;
            case 1 -> conditions.getFirst();
            default -> new Condition.AllOf(conditions);
        };
    }

    private EmbeddedPlan embedded(Embedding embedding, Relation parent, int depth) {
        if (depth > limits.embedDepth() || ++count > MOST) {
            throw QueryError.malformed(
                    "PGRST100",
                    "too much is embedded",
                    "at most " + MOST + " resources, " + limits.embedDepth() + " deep, in parameter 'select'");
        }
        var relationship = Relatives.find(embedding, parent, catalog);
        var target = Names.relation(relationship.target(), catalog);
        var source = relationship.link() instanceof Link.Function(var function)
                ? new Source.Computed(target, function)
                : new Source.Table(target);
        var asked = embedding.selection();
        var page = new Page(asked.page().limit(limits.maxRows()), asked.page().offset());
        boolean toOne = relationship.cardinality().isToOne();
        var rows = rows(asked, source, page, depth, embedding.spread() && toOne);
        if (embedding.spread() && !toOne && rows.grouped()) {
            throw QueryError.malformed(
                    "PGRST127", "this feature is not implemented", "aggregates in a spread of many related rows");
        }
        return new EmbeddedPlan(embedding.name(), relationship, isSingle(relationship, target), rows);
    }

    private static boolean isSingle(Relationship relationship, Relation target) {
        return relationship.cardinality().isToOne()
                && relationship.link() instanceof Link.Key(var _, var _, var targetColumns, var _)
                && (sameColumns(targetColumns, target.primaryKey())
                        || target.uniqueKeys().stream().anyMatch(key -> sameColumns(targetColumns, key)));
    }

    private static boolean sameColumns(List<String> some, List<String> others) {
        return some.size() == others.size() && some.containsAll(others);
    }

    private Sort sort(OrderTerm term, Operands operands, Map<String, EmbeddedPlan> embeddings) {
        var name = term.embedding();
        if (name == null) {
            return new Sort(operands.compared(term.operand(), "parameter 'order'"), term.direction(), term.nulls());
        }
        var embedding = embeddings.get(name);
        if (embedding == null) {
            throw new QueryError(
                    QueryError.Kind.MALFORMED,
                    "PGRST108",
                    "'" + name + "' is not an embedded resource in this request",
                    "named by parameter 'order'",
                    "Verify that '" + name + "' is included in the 'select' query parameter.");
        }
        if (!embedding.isToOne()) {
            throw QueryError.malformed(
                    "PGRST118",
                    "the rows cannot be ordered by '" + name + "'",
                    "'" + operands.relation().name() + "' and '" + name
                            + "' are not related many-to-one or one-to-one");
        }
        return new Sort(
                new Expression.Related(embedding, relatedValue(term, embedding)), term.direction(), term.nulls());
    }

    // Related columns are known by the names that the embedding gave them as well.
    private Expression relatedValue(OrderTerm term, EmbeddedPlan embedding) {
        var related = new Operands(embedding.rows().source().relation(), catalog);
        if (term.operand().path().isEmpty() && related.base(term.operand().column()) == null) {
            for (var output : embedding.rows().outputs()) {
                if (output instanceof Output.Value(var value, var name)
                        && name.equals(term.operand().column())) {
                    return value;
                }
            }
        }
        return related.compared(term.operand(), "parameter 'order'");
    }
}
