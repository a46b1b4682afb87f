package dev.rowhouse.app.data.body;

import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.ColumnType.Category;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a CSV record as a JSON object: each value a string, which PostgreSQL reads as its column's type. */
final class CsvRow {

    private final JsonLine json = new JsonLine();

    /**
     * @param columns of which one is null where the relation has none of that name
     * @param number of the record in the body
     */
    void write(
            List<String> names,
            List<? extends @Nullable Column> columns,
            List<@Nullable String> values,
            long number,
            ByteText out) {
        if (values.size() != names.size()) {
            throw BodyErrors.unreadable(
                    "All lines must have same number of fields",
                    "line " + number + " has " + values.size() + " values for " + names.size() + " columns");
        }
        for (int i = 0; i < values.size(); i++) {
            out.add(i == 0 ? '{' : ',');
            JsonText.string(names.get(i), out);
            out.add(':');
            value(columns.get(i), values.get(i), number, out);
        }
        out.add('}');
    }

    private void value(@Nullable Column column, @Nullable String value, long number, ByteText out) {
        if (value == null) {
            JsonText.ofNull(out);
        } else if (column != null
                && column.type().category() == Category.JSON
                && !column.type().array()) {
            verbatim(value.getBytes(StandardCharsets.UTF_8), number, out);
        } else {
            JsonText.string(value, out);
        }
    }

    // A value that is JSON already; checked, because it must not end the object it stands in.
    private void verbatim(byte[] value, long number, ByteText out) {
        json.start(value, 0, value.length, number);
        json.skipSpace();
        json.skipValue();
        json.skipSpace();
        if (!json.atEnd()) {
            throw json.unexpected("the end of the value");
        }
        out.add(value, 0, value.length);
    }
}
