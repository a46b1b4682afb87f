package dev.rowhouse.app.data.body;

import dev.rowhouse.app.data.plan.Rows;
import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.ColumnType.Category;
import dev.rowhouse.tenancy.catalog.Relation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** CSV records as JSON objects: each value a string, which PostgreSQL reads as its column's type. */
final class CsvBatches implements BatchStream {

    private final Relation relation;
    private final CsvRecords records = new CsvRecords();
    private final Batch batch = new Batch();
    private final JsonLine json = new JsonLine();
    private List<Column> columns = List.of();

    CsvBatches(Relation relation) {
        this.relation = relation;
    }

    @Override
    public List<Rows> feed(byte[] bytes) {
        int at = records.next(bytes, 0, bytes.length);
        while (at >= 0) {
            record();
            at = records.next(bytes, at, bytes.length);
        }
        return batch.take();
    }

    @Override
    public List<Rows> finish() {
        if (records.finish()) {
            record();
        }
        batch.close(columns);
        return batch.take();
    }

    private void record() {
        var values = records.record();
        if (columns.isEmpty()) {
            columns = CsvHeader.columns(values, relation);
            return;
        }
        if (values.size() != columns.size()) {
            throw BodyErrors.inLine(
                    records.number(), "it has " + values.size() + " values for " + columns.size() + " columns");
        }
        var row = batch.row();
        for (int i = 0; i < values.size(); i++) {
            row.add(i == 0 ? '{' : ',');
            JsonText.string(columns.get(i).name(), row);
            row.add(':');
            value(columns.get(i), values.get(i), row);
        }
        row.add('}');
        batch.rowEnded(columns);
    }

    private void value(Column column, @Nullable String value, ByteText row) {
        var type = column.type();
        if (value == null) {
            JsonText.ofNull(row);
        } else if (type.category() == Category.JSON && !type.array()) {
            verbatim(value.getBytes(StandardCharsets.UTF_8), row);
        } else {
            JsonText.string(value, row);
        }
    }

    // A value that is JSON already; checked, because it must not end the object it stands in.
    private void verbatim(byte[] value, ByteText row) {
        json.start(value, 0, value.length, records.number());
        json.skipSpace();
        json.skipValue();
        json.skipSpace();
        if (!json.atEnd()) {
            throw json.unexpected("the end of the value");
        }
        row.add(value, 0, value.length);
    }
}
