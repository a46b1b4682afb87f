package dev.rowhouse.tenancy.catalog;

import dev.rowhouse.tenancy.catalog.Relation.Origin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Where the columns of a table can be seen: in the table itself and in views of it. */
final class ShownColumns {

    /** Columns of a relation that are, or show, those asked for, in their order. */
    record Place(String relation, List<String> columns) {}

    // By table, then by view: the view's columns that show a column of the table.
    private final Map<String, Map<String, Map<String, List<String>>>> views;

    private ShownColumns(Map<String, Map<String, Map<String, List<String>>>> views) {
        this.views = views;
    }

    static ShownColumns of(Map<String, Relation> relations) {
        var views = new HashMap<String, Map<String, Map<String, List<String>>>>();
        for (var relation : relations.values()) {
            for (var column : relation.columns()) {
                var origin = relation.origins().get(column.name());
                if (origin != null) {
                    columns(views, relation, origin).add(column.name());
                }
            }
        }
        return new ShownColumns(views);
    }

    private static List<String> columns(
            Map<String, Map<String, Map<String, List<String>>>> views, Relation view, Origin origin) {
        return views.computeIfAbsent(origin.relation(), _ -> new TreeMap<>())
                .computeIfAbsent(view.name(), _ -> new HashMap<>())
                .computeIfAbsent(origin.column(), _ -> new ArrayList<>());
    }

    /** Returns the table itself and every choice of a view's columns that shows all of {@code columns}. */
    List<Place> places(String table, List<String> columns) {
        var places = new ArrayList<Place>();
        places.add(new Place(table, columns));
        views.getOrDefault(table, Map.of()).forEach((view, shown) -> {
            var choices = List.<List<String>>of(List.of());
            for (var column : columns) {
                choices = extended(choices, shown.getOrDefault(column, List.of()));
            }
            choices.forEach(choice -> places.add(new Place(view, choice)));
        });
        return places;
    }

    private static List<List<String>> extended(List<List<String>> choices, List<String> next) {
        var extended = new ArrayList<List<String>>();
        for (var choice : choices) {
            for (var column : next) {
                var longer = new ArrayList<>(choice);
                longer.add(column);
                extended.add(List.copyOf(longer));
            }
        }
        return extended;
    }
}
