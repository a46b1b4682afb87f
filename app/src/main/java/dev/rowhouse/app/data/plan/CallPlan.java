package dev.rowhouse.app.data.plan;

import dev.rowhouse.app.data.query.CallQuery;
import dev.rowhouse.app.data.query.Page;
import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.app.data.query.Selection;
import dev.rowhouse.tenancy.catalog.Catalog;
import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.Relation;
import dev.rowhouse.tenancy.catalog.Routine;
import dev.rowhouse.tenancy.catalog.Routine.Result;
import dev.rowhouse.tenancy.catalog.Routine.Volatility;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A function, what it is given, and what to answer of its result.
 *
 * @param rows which of the rows and what of each; null for a result whose columns the catalog does not know
 * @param page of the results of a set
 * @param counted whether the number of results, regardless of the page, is wanted as well
 */
public record CallPlan(
        Routine function, Arguments arguments, @Nullable RowsPlan rows, Page page, boolean counted) {

    /** Resolves a call against the catalog. */
    public static CallPlan of(CallQuery query, Payload payload, Catalog catalog) {
        var function = Overloads.choose(query.function(), payload, catalog);
        var asked = query.selection().page();
        var page = function.returnsSet() ? new Page(asked.limit(query.limits().maxRows()), asked.offset()) : Page.ALL;
        return new CallPlan(
                function,
                Arguments.of(function, payload),
                rows(function, query, page, catalog),
                page,
                query.preferences().counted());
    }

    /** Returns the names of the columns that are output arguments; empty when the result's type names them. */
    public List<String> outputs() {
        return outputs(function);
    }

    /** Returns the media type that the one result is by itself, or null for JSON. */
    public @Nullable String mediaType() {
        return isSet() ? null : function.mediaType();
    }

    /** Says whether the answer is any number of values or rows. */
    public boolean isSet() {
        return function.returnsSet();
    }

    /** Says whether the function declares that it changes nothing. */
    public boolean isReading() {
        return function.volatility() != Volatility.VOLATILE;
    }

    private static @Nullable RowsPlan rows(Routine function, CallQuery query, Page page, Catalog catalog) {
        var asked = query.selection();
        var source = function.result() == Result.COMPOSITE ? source(function, catalog) : null;
        if (source != null) {
            var shown = new Selection(asked.select(), asked.filters(), asked.order(), page);
            return Planner.rows(shown, source, catalog, query.limits());
        }
        if (!asked.select().isEmpty()
                || !asked.filters().isEmpty()
                || !asked.order().isEmpty()) {
            throw QueryError.malformed(
                    "42703",
                    "the result of '" + function.name() + "' has no columns to select, filter or order by",
                    "it returns " + function.returns().display());
        }
        return null;
    }

    private static Source.@Nullable Called source(Routine function, Catalog catalog) {
        if (!function.outputs().isEmpty()) {
            return new Source.Called(columns(function), false);
        }
        var name = function.returnsRelation();
        var relation = name == null ? null : catalog.relation(name);
        return relation == null ? null : new Source.Called(relation, true);
    }

    // What the result looks like; it is related to nothing.
    private static Relation columns(Routine function) {
        var names = outputs(function);
        var columns = new ArrayList<Column>();
        for (int i = 0; i < names.size(); i++) {
            var type = function.outputs().get(i).type();
            columns.add(new Column(names.get(i), type, true, null, Column.Generation.NONE, null));
        }
        return new Relation(
                function.name(),
                Relation.Kind.TABLE,
                null,
                columns,
                List.of(),
                List.of(),
                List.of(),
                false,
                false,
                false,
                false,
                false,
                Map.of());
    }

    private static List<String> outputs(Routine function) {
        var names = new ArrayList<String>();
        for (var output : function.outputs()) {
            names.add(output.name().isEmpty() ? "column" + (names.size() + 1) : output.name());
        }
        return names;
    }
}
