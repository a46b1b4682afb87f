package dev.rowhouse.app.data.plan;

import dev.rowhouse.app.data.query.Limits;
import dev.rowhouse.app.data.query.Page;
import dev.rowhouse.app.data.query.ReadQuery;
import dev.rowhouse.app.data.query.Selection;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.catalog.Catalog;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Resolves queries against a catalog. */
public final class Planner {

    private Planner() {}

    public static ReadPlan read(ReadQuery query, Catalog catalog, CallerClass callerClass) {
        var asked = query.selection().page();
        return read(query, new Page(asked.limit(query.limits().maxRows()), asked.offset()), catalog, callerClass);
    }

    /** Plans every row that is asked for, however many. */
    public static ReadPlan export(ReadQuery query, Catalog catalog, CallerClass callerClass) {
        return read(query, query.selection().page(), catalog, callerClass);
    }

    private static ReadPlan read(ReadQuery query, Page page, Catalog catalog, CallerClass callerClass) {
        var relation = Names.relation(query.relation(), catalog);
        var rows = RowsPlanner.plan(query.selection(), new Source.Table(relation), page, catalog, query.limits());
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
    public static RowsPlan rows(Selection selection, Source source, Catalog catalog, Limits limits) {
        return RowsPlanner.plan(selection, source, selection.page(), catalog, limits);
    }
}
