package dev.rowhouse.app.data.body;

import dev.rowhouse.app.data.plan.Rows;
import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.Relation;
import java.util.List;

/** CSV records as JSON objects. */
final class CsvBatches implements BatchStream {

    private final Relation relation;
    private final CsvRecords records = new CsvRecords();
    private final Batch batch = new Batch();
    private final CsvRow row = new CsvRow();
    private List<Column> columns = List.of();
    private List<String> names = List.of();

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
            names = columns.stream().map(Column::name).toList();
            return;
        }
        row.write(names, columns, values, records.number(), batch.row());
        batch.rowEnded(columns);
    }
}
