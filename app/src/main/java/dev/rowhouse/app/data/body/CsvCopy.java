package dev.rowhouse.app.data.body;

import dev.rowhouse.app.data.sql.CopyFormat;
import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.Relation;
import java.util.Arrays;
import java.util.List;

/** CSV into COPY: the header is taken off, the rest is left to PostgreSQL. */
final class CsvCopy implements CopyStream {

    private static final byte[] NOTHING = new byte[0];

    private final Relation relation;
    private final CsvRecords header = new CsvRecords();
    private List<Column> columns = List.of();

    CsvCopy(Relation relation) {
        this.relation = relation;
    }

    @Override
    public byte[] feed(byte[] bytes) {
        if (!columns.isEmpty()) {
            return bytes;
        }
        int end = header.next(bytes, 0, bytes.length);
        if (end < 0) {
            return NOTHING;
        }
        columns = CsvHeader.columns(header.record(), relation);
        return Arrays.copyOfRange(bytes, end, bytes.length);
    }

    @Override
    public byte[] finish() {
        if (columns.isEmpty() && header.finish()) {
            columns = CsvHeader.columns(header.record(), relation);
        }
        return NOTHING;
    }

    @Override
    public List<Column> columns() {
        return columns;
    }

    @Override
    public CopyFormat format() {
        return CopyFormat.CSV;
    }
}
