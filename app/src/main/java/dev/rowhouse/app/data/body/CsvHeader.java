package dev.rowhouse.app.data.body;

import dev.rowhouse.app.data.plan.Targets;
import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.Relation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The first record of a CSV body: the names of its columns. */
final class CsvHeader {

    private static final String WHERE = "named by the header line of the body";

    private CsvHeader() {}

    static List<Column> columns(List<@Nullable String> names, Relation relation) {
        var columns = new ArrayList<Column>(names.size());
        for (var name : names) {
            if (name == null) {
                throw BodyErrors.inLine(1, "a column has no name");
            }
            var column = Targets.writable(columns.isEmpty() ? withoutMark(name) : name, relation, WHERE);
            if (columns.contains(column)) {
                throw BodyErrors.inLine(1, "'" + name + "' is there twice");
            }
            columns.add(column);
        }
        return List.copyOf(columns);
    }

    // Spreadsheets put a byte order mark in front of what they export.
    private static String withoutMark(String name) {
        return name.startsWith("\uFEFF") ? name.substring(1) : name;
    }
}
