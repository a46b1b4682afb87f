package dev.rowhouse.app.data.body;

import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.Relation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** CSV that is held and not streamed. */
public final class CsvBody {

    private CsvBody() {}

    /** Returns the records as a JSON array of objects. That the relation has the columns is for others to check. */
    public static byte[] json(byte[] csv, Relation relation) {
        var records = new CsvRecords();
        var json = new ByteText(csv.length + 64);
        var row = new CsvRow();
        List<String> names = List.of();
        var columns = new ArrayList<@Nullable Column>();
        json.add('[');
        int at = records.next(csv, 0, csv.length);
        while (at >= 0 || at == -1 && records.finish()) {
            var values = records.record();
            if (names.isEmpty()) {
                names = CsvHeader.names(values);
                names.forEach(name -> columns.add(relation.column(name)));
            } else {
                if (json.length() > 1) {
                    json.add(',');
                }
                row.write(names, columns, values, records.number(), json);
            }
            at = at < 0 ? -2 : records.next(csv, at, csv.length);
        }
        json.add(']');
        return json.take();
    }
}
