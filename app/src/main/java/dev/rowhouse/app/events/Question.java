package dev.rowhouse.app.events;

import dev.rowhouse.app.data.Parameters;
import dev.rowhouse.app.data.plan.Planner;
import dev.rowhouse.app.data.plan.ReadPlan;
import dev.rowhouse.app.data.query.Limits;
import dev.rowhouse.app.data.query.Page;
import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.app.data.query.QueryParser;
import dev.rowhouse.app.data.query.ReadQuery;
import dev.rowhouse.tenancy.Caller;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.catalog.Catalog;
import dev.rowhouse.tenancy.catalog.JournalMode;
import dev.rowhouse.tenancy.catalog.Relation;
import dev.rowhouse.tenancy.journal.Change;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a client wants to hear of.
 *
 * @param relations named ones with their plans; empty for every relation
 * @param lastEventId that its address carries, as browsers need it for a first call; null for none
 */
record Question(
        Map<String, ReadPlan> relations,
        Set<Change> operations,
        String filter,
        @Nullable String lastEventId) {

    /** Reads the parameters of an address; a {@link QueryError} if they say nothing that can be heard of. */
    static Question of(@Nullable String rawQuery, Catalog catalog, CallerClass callerClass, Limits limits) {
        var names = new ArrayList<String>();
        var operations = EnumSet.noneOf(Change.class);
        var filters = new ArrayList<Entry<String, String>>();
        String last = null;
        for (var parameter : Parameters.of(rawQuery)) {
            switch (parameter.getKey()) {
                case "relation" -> names.addAll(listed(parameter));
                case "operation" -> listed(parameter).forEach(name -> operations.add(operation(name)));
                case "last_event_id" -> last = parameter.getValue();
                default -> filters.add(parameter);
            }
        }
        if (!filters.isEmpty() && names.stream().distinct().count() != 1) {
            throw QueryError.malformed(
                    "PGRST100",
                    "a filter needs the one relation that it is about",
                    "parameter '" + filters.getFirst().getKey() + "' beside " + names.size() + " of 'relation'");
        }
        var relations = new LinkedHashMap<String, ReadPlan>();
        for (var name : names) {
            relations.put(name, plan(name, filters, catalog, callerClass, limits));
        }
        return new Question(
                relations,
                operations.isEmpty() ? EnumSet.allOf(Change.class) : operations,
                filters.stream()
                        .map(filter -> filter.getKey() + "=" + filter.getValue())
                        .collect(Collectors.joining("\n")),
                last);
    }

    /** Returns the sight of a relation, or null where the client does not want to hear of it. */
    @Nullable
    Sight sight(String name, Catalog catalog, Caller caller, Limits limits) {
        if (relations.isEmpty()) {
            var relation = catalog.relation(name);
            return relation == null || !hasJournal(relation)
                    ? null
                    : new Sight(caller, plan(name, List.of(), catalog, caller.callerClass(), limits), "");
        }
        var plan = relations.get(name);
        return plan == null ? null : new Sight(caller, plan, filter);
    }

    private static ReadPlan plan(
            String name, List<Entry<String, String>> filters, Catalog catalog, CallerClass callerClass, Limits limits) {
        var query = QueryParser.read(name, filters, List.of(), null, limits);
        var plan = Planner.read(query, catalog, callerClass);
        requireFiltersOnly(query);
        requireJournal(plan.rows().source().relation(), !filters.isEmpty());
        return plan;
    }

    private static void requireFiltersOnly(ReadQuery query) {
        var selection = query.selection();
        if (!selection.select().isEmpty()
                || !selection.order().isEmpty()
                || !selection.page().equals(Page.ALL)
                || query.after() != null) {
            throw QueryError.malformed(
                    "PGRST100",
                    "events are filtered, and neither selected from, ordered nor paged",
                    "parameters 'select', 'order', 'limit', 'offset' and 'after' have no meaning here");
        }
    }

    private static void requireJournal(Relation relation, boolean filtered) {
        if (!hasJournal(relation)) {
            throw QueryError.malformed(
                    "PGRST100",
                    "'" + relation.name() + "' has no events",
                    "the journal keeps the changes of tables with a primary key that are not marked '@journal off'");
        }
        if (filtered && JournalMode.of(relation.comment()) == JournalMode.KEYS) {
            throw QueryError.malformed(
                    "PGRST100",
                    "the events of '" + relation.name() + "' cannot be filtered",
                    "the journal keeps their keys alone");
        }
    }

    private static boolean hasJournal(Relation relation) {
        return relation.kind() == Relation.Kind.TABLE
                && !relation.primaryKey().isEmpty()
                && JournalMode.of(relation.comment()) != JournalMode.OFF;
    }

    private static List<String> listed(Entry<String, String> parameter) {
        var names = Arrays.asList(parameter.getValue().split(",", -1));
        if (names.stream().anyMatch(String::isEmpty)) {
            throw QueryError.malformed(
                    "PGRST100",
                    "parameter '" + parameter.getKey() + "' lacks a name",
                    "names, with commas between them");
        }
        return names;
    }

    private static Change operation(String name) {
        return Arrays.stream(Change.values())
                .filter(change -> change.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() -> QueryError.malformed(
                        "PGRST100",
                        "there is no operation '" + name + "'",
                        "parameter 'operation' takes insert, update, delete and truncate"));
    }
}
