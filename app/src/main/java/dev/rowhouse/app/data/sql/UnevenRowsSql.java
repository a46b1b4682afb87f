package dev.rowhouse.app.data.sql;

import dev.rowhouse.app.data.plan.Rows;
import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.ColumnType.Category;
import java.util.List;

/** Writes down rows of which each may leave other columns to their defaults: only a list of values can say so. */
final class UnevenRowsSql {

    private UnevenRowsSql() {}

    static void values(Rows rows, SqlText text) {
        for (int i = 0; i < rows.uneven().size(); i++) {
            var row = rows.uneven().get(i);
            text.words(i == 0 ? " VALUES (" : ", (");
            for (int j = 0; j < rows.columns().size(); j++) {
                var column = rows.columns().get(j);
                text.separated(j, ", ");
                if (row.columns().contains(column)) {
                    value(column, row.json(), text);
                } else {
                    text.words("DEFAULT");
                }
            }
            text.words(")");
        }
    }

    // Read as the type exactly as a row that is even with the others would be.
    private static void value(Column column, String json, SqlText text) {
        var function = column.type().writtenBy();
        if (function != null) {
            text.routine(function)
                    .words("(")
                    .value(json, "json")
                    .words(" -> ")
                    .literal(column.name())
                    .words(")");
            return;
        }
        if (isText(column)) {
            text.words("(").value(json, "json").words(" ->> ").literal(column.name());
            text.words(")::").type(column.type());
            return;
        }
        text.words("(SELECT ")
                .column("body", column)
                .words(" FROM json_to_record(")
                .value(json, "json");
        WriteSql.recordType(List.of(column), text.words(") AS body "));
        text.words(")");
    }

    private static boolean isText(Column column) {
        var category = column.type().category();
        return !column.type().array() && category != Category.JSON && category != Category.COMPOSITE;
    }
}
