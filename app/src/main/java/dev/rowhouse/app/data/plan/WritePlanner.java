package dev.rowhouse.app.data.plan;

import dev.rowhouse.app.data.plan.InsertPlan.Conflict;
import dev.rowhouse.app.data.query.Filter;
import dev.rowhouse.app.data.query.Filter.Comparator;
import dev.rowhouse.app.data.query.Operand;
import dev.rowhouse.app.data.query.Page;
import dev.rowhouse.app.data.query.Preferences.Resolution;
import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.app.data.query.Selection;
import dev.rowhouse.app.data.query.WriteQuery;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.catalog.Catalog;
import dev.rowhouse.tenancy.catalog.Relation;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Resolves what clients want to write against a catalog. A body comes later and is checked against the plan's relation. */
public final class WritePlanner {

    private static final String COLUMNS = "named by parameter 'columns'";

    private WritePlanner() {}

    /** Plans a {@code POST}. */
    public static InsertPlan insert(WriteQuery query, Catalog catalog, CallerClass callerClass) {
        var relation = Names.relation(query.relation(), catalog);
        require(relation.insertable(), relation, "inserted into");
        var missingDefault = query.preferences().missingDefault();
        var returning = returning(query, relation, catalog);
        return new InsertPlan(
                relation,
                Targets.named(query.columns(), relation, missingDefault, COLUMNS),
                missingDefault,
                conflict(query, relation),
                Condition.NONE,
                returning,
                isPlain(everything(relation), returning, catalog, callerClass));
    }

    /** Plans a {@code PUT}: a row with exactly the key that the filters name is inserted, or replaced. */
    public static InsertPlan put(WriteQuery query, Catalog catalog, CallerClass callerClass) {
        var relation = Names.relation(query.relation(), catalog);
        require(relation.insertable() && relation.updatable(), relation, "put into");
        requireKey(query.selection().filters(), relation);
        var meant = meant(query, relation, catalog);
        var returning = returning(query, relation, catalog);
        return new InsertPlan(
                relation,
                Targets.named(query.columns(), relation, false, COLUMNS),
                false,
                new Conflict(Targets.key(relation.primaryKey(), relation), true),
                meant.condition(),
                returning,
                isPlain(meant, returning, catalog, callerClass));
    }

    public static ChangePlan update(WriteQuery query, Catalog catalog, CallerClass callerClass) {
        return change(query, catalog, callerClass, "updated");
    }

    public static ChangePlan delete(WriteQuery query, Catalog catalog, CallerClass callerClass) {
        return change(query, catalog, callerClass, "deleted from");
    }

    private static ChangePlan change(WriteQuery query, Catalog catalog, CallerClass callerClass, String what) {
        var relation = Names.relation(query.relation(), catalog);
        require(relation.updatable(), relation, what);
        var missingDefault = query.preferences().missingDefault();
        var meant = meant(query, relation, catalog);
        var returning = returning(query, relation, catalog);
        return new ChangePlan(
                relation,
                meant.condition(),
                Targets.named(query.columns(), relation, missingDefault, COLUMNS),
                missingDefault,
                returning,
                isPlain(meant, returning, catalog, callerClass));
    }

    /** Returns which rows the filters mean. */
    private static RowsPlan meant(WriteQuery query, Relation relation, Catalog catalog) {
        var selection = new Selection(List.of(), query.selection().filters(), List.of(), Page.ALL);
        return Planner.rows(selection, new Source.Table(relation), catalog, query.limits());
    }

    private static RowsPlan everything(Relation relation) {
        return new RowsPlan(new Source.Table(relation), List.of(), Condition.NONE, List.of(), Page.ALL, false);
    }

    private static @Nullable RowsPlan returning(WriteQuery query, Relation relation, Catalog catalog) {
        return switch (query.preferences().returning()) {
            case MINIMAL -> null;
            case HEADERS_ONLY -> key(relation);
            case REPRESENTATION -> {
                var asked = query.selection();
                var shown = new Selection(asked.select(), List.of(), asked.order(), Page.ALL);
                yield Planner.rows(shown, new Source.Changed(relation), catalog, query.limits());
            }
        };
    }

    private static @Nullable RowsPlan key(Relation relation) {
        var key = Outputs.key(relation);
        return key.isEmpty()
                ? null
                : new RowsPlan(new Source.Changed(relation), key, Condition.NONE, List.of(), Page.ALL, false);
    }

    // Without a key nothing can exist already, and the preference is not honoured.
    private static @Nullable Conflict conflict(WriteQuery query, Relation relation) {
        var resolution = query.preferences().resolution();
        var key = query.onConflict().isEmpty() ? relation.primaryKey() : query.onConflict();
        return resolution == null || key.isEmpty()
                ? null
                : new Conflict(Targets.key(key, relation), resolution == Resolution.MERGE_DUPLICATES);
    }

    private static void requireKey(List<Filter> filters, Relation relation) {
        var named = new HashSet<String>();
        for (var filter : filters) {
            if (!(filter instanceof Filter.Comparison(Operand(var column, var path), var comparator, var _))
                    || !path.isEmpty()
                    || comparator != Comparator.EQ
                    || !named.add(column)) {
                throw notTheKey(relation);
            }
        }
        if (named.isEmpty() || !named.equals(Set.copyOf(relation.primaryKey()))) {
            throw notTheKey(relation);
        }
    }

    private static QueryError notTheKey(Relation relation) {
        return new QueryError(
                QueryError.Kind.NOT_ALLOWED,
                "PGRST105",
                "Filters must include all and only primary key columns with 'eq' operators",
                relation.primaryKey().isEmpty()
                        ? "'" + relation.name() + "' has no primary key"
                        : "the primary key is " + String.join(", ", relation.primaryKey()),
                null);
    }

    private static boolean isPlain(
            RowsPlan meant, @Nullable RowsPlan returning, Catalog catalog, CallerClass callerClass) {
        return meant.source().relation().plainWrites()
                && Independence.of(meant, catalog, callerClass)
                && (returning == null || Independence.of(returning, catalog, callerClass));
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
