package dev.rowhouse.app.data.body;

import dev.rowhouse.app.data.sql.CopyFormat;
import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.Relation;
import java.util.List;

/** NDJSON into COPY's text format. */
final class NdjsonCopy implements CopyStream {

    private final NdjsonRow row;
    private final ByteText out = new ByteText(64 * 1_024);
    private final CopyText text = new CopyText(out);
    private final Lines lines = new Lines(this::line);

    NdjsonCopy(Relation relation) {
        row = new NdjsonRow(relation);
    }

    @Override
    public byte[] feed(byte[] bytes) {
        lines.feed(bytes, 0, bytes.length);
        return out.take();
    }

    @Override
    public byte[] finish() {
        lines.finish();
        return out.take();
    }

    @Override
    public List<Column> columns() {
        return List.copyOf(row.columns());
    }

    @Override
    public CopyFormat format() {
        return CopyFormat.TEXT;
    }

    private void line(byte[] bytes, int from, int to, long number) {
        row.read(bytes, from, to, number);
        text.row(row);
    }
}
