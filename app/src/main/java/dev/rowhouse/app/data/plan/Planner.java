package dev.rowhouse.app.data.plan;

import dev.rowhouse.app.data.query.Filter;
import dev.rowhouse.app.data.query.Page;
import dev.rowhouse.app.data.query.Preferences.Returning;
import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.app.data.query.ReadQuery;
import dev.rowhouse.app.data.query.Selection;
import dev.rowhouse.app.data.query.WriteQuery;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.catalog.Catalog;
import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.Relation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Resolves queries against a catalog. */
public final class Planner {

    private Planner() {}

    public static ReadPlan read(ReadQuery query, Catalog catalog, CallerClass callerClass) {
        var relation = Names.relation(query.relation(), catalog);
        var asked = query.selection().page();
        var page = new Page(asked.limit(Page.LARGEST), asked.offset());
        var rows = RowsPlanner.plan(query.selection(), new Source.Table(relation), page, catalog);
        return new ReadPlan(rows, query.preferences().count(), Independence.of(rows, catalog, callerClass));
    }

    /**
     * Plans a page that begins behind a row, found by its values and not by counting.
     *
     * @param after the values of that row, one for each term of {@link KeysetPlan#order}; null for the first page
     */
    public static KeysetPlan keyset(
            ReadQuery query, @Nullable List<@Nullable String> after, Catalog catalog, CallerClass callerClass) {
        return KeysetPlan.of(read(query, catalog, callerClass), after);
    }

    /** Plans what to answer of the rows of any source; the selection's limit counts only as far as it was asked for. */
    public static RowsPlan rows(Selection selection, Source source, Catalog catalog) {
        return RowsPlanner.plan(selection, source, selection.page(), catalog);
    }

    /** Plans a {@code POST}, whose body comes later and is checked against {@link InsertPlan#relation}. */
    public static InsertPlan insert(WriteQuery query, Catalog catalog) {
        var relation = Names.relation(query.relation(), catalog);
        require(relation.insertable(), relation, "inserted into");
        var returning = switch (query.preferences().returning()) {
            case MINIMAL -> null;
            case HEADERS_ONLY -> key(relation);
            case REPRESENTATION -> representation(query, relation, catalog);
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
                ? representation(query, relation, catalog)
                : null;
        return new ChangePlan(relation, condition(query.selection().filters(), relation, catalog), returning);
    }

    private static RowsPlan representation(WriteQuery query, Relation relation, Catalog catalog) {
        var shown = new Selection(query.selection().select(), List.of(), List.of(), Page.ALL);
        return rows(shown, new Source.Changed(relation), catalog);
    }

    private static @Nullable RowsPlan key(Relation relation) {
        var key = Outputs.key(relation);
        return key.isEmpty()
                ? null
                : new RowsPlan(new Source.Changed(relation), key, Condition.NONE, List.of(), Page.ALL, false);
    }

    private static Condition condition(List<Filter> filters, Relation relation, Catalog catalog) {
        var everything = new Selection(List.of(), filters, List.of(), Page.ALL);
        return rows(everything, new Source.Table(relation), catalog).condition();
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
