package dev.rowhouse.app.data.plan;

import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.app.data.query.SelectItem;
import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.Relation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/** Turns {@code select} into the members of the answer's objects; each name comes once. */
final class Outputs {

    private Outputs() {}

    static List<Output> of(List<SelectItem> select, Relation relation) {
        if (select.isEmpty()) {
            return all(relation);
        }
        var outputs = new LinkedHashMap<String, Output>();
        for (var item : select) {
            switch (item) {
                case SelectItem.All() -> all(relation).forEach(output -> add(output, outputs));
                case SelectItem.Nothing _, SelectItem.Count _, SelectItem.Embedded _ ->
                    throw Names.unsupported("this selection");
                case SelectItem.Single(var operand, var alias, var _, var _, var _) -> {
                    var column = Names.column(operand, relation, "parameter 'select'");
                    add(new Output(column, alias == null ? column.name() : alias), outputs);
                }
            }
        }
        return List.copyOf(outputs.values());
    }

    /** Returns the primary key, by which a client finds a row it has written. */
    static List<Output> key(Relation relation) {
        var key = new ArrayList<Output>();
        for (var name : relation.primaryKey()) {
            var column = relation.column(name);
            if (column != null) {
                key.add(named(column));
            }
        }
        return key;
    }

    private static List<Output> all(Relation relation) {
        var outputs = new ArrayList<Output>(relation.columns().size());
        for (var column : relation.columns()) {
            outputs.add(named(column));
        }
        return outputs;
    }

    private static Output named(Column column) {
        return new Output(column, column.name());
    }

    private static void add(Output output, LinkedHashMap<String, Output> outputs) {
        var before = outputs.putIfAbsent(output.name(), output);
        if (before != null && !before.equals(output)) {
            throw QueryError.malformed(
                    "PGRST100",
                    "'" + output.name() + "' names two members of the answer",
                    "columns '" + before.column().name() + "' and '"
                            + output.column().name() + "' in parameter 'select'");
        }
    }
}
