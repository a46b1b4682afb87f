package dev.rowhouse.app.data.body;

import dev.rowhouse.app.data.plan.Targets;
import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.Relation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One line of NDJSON, taken apart: where the value of each column begins and ends.
 *
 * <p>The first line says which columns there are; every other has the same, in any order.
 */
final class NdjsonRow {

    private final Relation relation;
    private final JsonLine json = new JsonLine();
    private final List<Column> columns = new ArrayList<>();
    private final Map<String, Integer> indexes = new HashMap<>();
    private final List<byte[]> keys = new ArrayList<>();
    private int[] starts = new int[8];
    private int[] ends = new int[8];

    NdjsonRow(Relation relation) {
        this.relation = relation;
    }

    /** Returns the columns; empty before the first line. */
    List<Column> columns() {
        return columns;
    }

    JsonLine json() {
        return json;
    }

    int start(int column) {
        return starts[column];
    }

    int end(int column) {
        return ends[column];
    }

    void read(byte[] bytes, int from, int to, long line) {
        json.start(bytes, from, to, line);
        boolean first = columns.isEmpty();
        int found = members(first, line);
        json.skipSpace();
        if (!json.atEnd()) {
            throw json.unexpected("the end of the line");
        }
        if (found == 0 || found < columns.size()) {
            throw BodyErrors.unreadable(
                    "All object keys must match",
                    "line " + line + (first ? " names no column" : " lacks '" + missing() + "', which the first has"));
        }
    }

    private int members(boolean first, long line) {
        Arrays.fill(starts, -1);
        int found = 0;
        json.skipSpace();
        json.require('{');
        json.skipSpace();
        if (json.take('}')) {
            return 0;
        }
        do {
            json.skipSpace();
            int column = column(found, first, line);
            if (starts[column] >= 0) {
                throw BodyErrors.inLine(line, "'" + columns.get(column).name() + "' is there twice");
            }
            json.skipSpace();
            json.require(':');
            json.skipSpace();
            starts[column] = json.position();
            json.skipValue();
            ends[column] = json.position();
            json.skipSpace();
            found++;
        } while (json.take(','));
        json.require('}');
        return found;
    }

    private int column(int position, boolean first, long line) {
        // Lines mostly name their members in one order, so the key expected here is compared before it is looked up.
        if (!first && position < keys.size() && json.take(keys.get(position))) {
            return position;
        }
        int from = json.position();
        json.skipString();
        var name = json.text(from, json.position());
        var index = indexes.get(name);
        if (index != null) {
            return index;
        }
        if (!first) {
            throw BodyErrors.unreadable(
                    "All object keys must match",
                    "line " + line + " has '" + BodyErrors.shown(name) + "', which the first has not");
        }
        return add(name, Arrays.copyOfRange(json.bytes(), from, json.position()), line);
    }

    private int add(String name, byte[] key, long line) {
        int index = columns.size();
        columns.add(Targets.writable(name, relation, "named by line " + line + " of the body"));
        indexes.put(name, index);
        keys.add(key);
        if (index == starts.length) {
            starts = Arrays.copyOf(starts, index * 2);
            ends = Arrays.copyOf(ends, index * 2);
            Arrays.fill(starts, index, starts.length, -1);
        }
        return index;
    }

    private String missing() {
        for (int i = 0; i < columns.size(); i++) {
            if (starts[i] < 0) {
                return columns.get(i).name();
            }
        }
        throw new IllegalStateException("no column is missing");
    }
}
