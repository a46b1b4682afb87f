package dev.rowhouse.app.data.body;

import dev.rowhouse.app.data.plan.Targets;
import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.Relation;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The first record of a CSV body: the names of its columns. */
final class CsvHeader {

    private static final String WHERE = "named by the header line of the body";

    private CsvHeader() {}

    static List<Column> columns(List<@Nullable String> header, Relation relation) {
        return names(header).stream()
                .map(name -> Targets.writable(name, relation, WHERE))
                .toList();
    }

    /** Returns the names, of which each is there once. */
    static List<String> names(List<@Nullable String> header) {
        var names = new LinkedHashSet<String>();
        for (var written : header) {
            var name = written == null || !names.isEmpty() ? written : withoutMark(written);
            if (name == null || name.isEmpty()) {
                throw BodyErrors.inLine(1, "a column has no name");
            }
            if (!names.add(name)) {
                throw BodyErrors.inLine(1, "'" + name + "' is there twice");
            }
        }
        return List.copyOf(names);
    }

    // Spreadsheets put a byte order mark in front of what they export.
    private static String withoutMark(String name) {
        return name.startsWith("\uFEFF") ? name.substring(1) : name;
    }
}
