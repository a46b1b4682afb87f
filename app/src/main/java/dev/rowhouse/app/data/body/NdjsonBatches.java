package dev.rowhouse.app.data.body;

import dev.rowhouse.app.data.plan.Rows;
import dev.rowhouse.tenancy.catalog.Relation;
import java.util.List;

/** NDJSON lines, which are checked and then go to PostgreSQL as they came. */
final class NdjsonBatches implements BatchStream {

    private final NdjsonRow row;
    private final Batch batch = new Batch();
    private final Lines lines = new Lines(this::line);

    NdjsonBatches(Relation relation) {
        row = new NdjsonRow(relation);
    }

    @Override
    public List<Rows> feed(byte[] bytes) {
        lines.feed(bytes, 0, bytes.length);
        return batch.take();
    }

    @Override
    public List<Rows> finish() {
        lines.finish();
        batch.close(row.columns());
        return batch.take();
    }

    private void line(byte[] bytes, int from, int to, long number) {
        row.read(bytes, from, to, number);
        batch.row().add(bytes, from, to);
        batch.rowEnded(row.columns());
    }
}
