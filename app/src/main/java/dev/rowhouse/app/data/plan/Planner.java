package dev.rowhouse.app.data.plan;

import dev.rowhouse.app.data.query.OrderTerm;
import dev.rowhouse.app.data.query.Preferences.Returning;
import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.app.data.query.ReadQuery;
import dev.rowhouse.app.data.query.WriteQuery;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.catalog.Catalog;
import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.Relation;
import java.util.ArrayList;
import java.util.List;

/** Resolves queries against a catalog. */
public final class Planner {

    private Planner() {}

    public static ReadPlan read(ReadQuery query, Catalog catalog, CallerClass callerClass) {
        var relation = Names.relation(query.relation(), catalog);
        return new ReadPlan(
                relation,
                Outputs.of(query.selection().select(), relation),
                Conditions.of(query.selection().filters(), relation),
                order(query.selection().order(), relation),
                query.selection().page(),
                query.preferences().counted(),
                isCallerIndependent(relation, callerClass));
    }

    /** Plans a {@code POST}, whose body comes later and is checked against {@link InsertPlan#relation}. */
    public static InsertPlan insert(WriteQuery query, Catalog catalog) {
        var relation = Names.relation(query.relation(), catalog);
        require(relation.insertable(), relation, "inserted into");
        var returning = switch (query.preferences().returning()) {
            case MINIMAL -> List.<Output>of();
            case HEADERS_ONLY -> Outputs.key(relation);
            case REPRESENTATION -> Outputs.of(query.selection().select(), relation);
        };
        return new InsertPlan(relation, named(query.columns(), relation), returning);
    }

    public static ChangePlan update(WriteQuery query, Catalog catalog) {
        return change(query, catalog, "updated");
    }

    public static ChangePlan delete(WriteQuery query, Catalog catalog) {
        return change(query, catalog, "deleted from");
    }

    private static ChangePlan change(WriteQuery query, Catalog catalog, String what) {
        var relation = Names.relation(query.relation(), catalog);
        require(relation.updatable(), relation, what);
        var returning = query.preferences().returning() == Returning.REPRESENTATION
                ? Outputs.of(query.selection().select(), relation)
                : List.<Output>of();
        return new ChangePlan(relation, Conditions.of(query.selection().filters(), relation), returning);
    }

    private static List<Column> named(List<String> names, Relation relation) {
        var columns = new ArrayList<Column>(names.size());
        for (var name : names) {
            var column = Targets.writable(name, relation, "named by parameter 'columns'");
            if (!columns.contains(column)) {
                columns.add(column);
            }
        }
        return columns;
    }

    private static List<Sort> order(List<OrderTerm> terms, Relation relation) {
        var order = new ArrayList<Sort>(terms.size());
        for (var term : terms) {
            var column = Names.column(term.operand(), relation, "parameter 'order'");
            order.add(new Sort(column, term.direction(), term.nulls()));
        }
        return order;
    }

    private static boolean isCallerIndependent(Relation relation, CallerClass callerClass) {
        return relation.callerIndependent() && (!relation.rowSecurity() || callerClass == CallerClass.SERVICE);
    }

    private static void require(boolean possible, Relation relation, String what) {
        if (!possible) {
            throw new QueryError(
                    QueryError.Kind.NOT_ALLOWED,
                    "55000",
                    "'" + relation.name() + "' cannot be " + what,
                    "it is a view that PostgreSQL does not change by itself, or a materialized view",
                    null);
        }
    }
}
