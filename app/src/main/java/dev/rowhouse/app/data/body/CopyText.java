package dev.rowhouse.app.data.body;

import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.ColumnType;
import dev.rowhouse.tenancy.catalog.ColumnType.Category;

/** Writes JSON values in the text form of {@code COPY}. */
final class CopyText {

    private static final byte[] NULL = {'N', 'U', 'L', 'L'};

    private final ByteText out;
    private final ByteText element = new ByteText(256);

    CopyText(ByteText out) {
        this.out = out;
    }

    /** Writes a row, one value per column, with the line's end. */
    void row(NdjsonRow row) {
        var columns = row.columns();
        for (int i = 0; i < columns.size(); i++) {
            if (i > 0) {
                out.add('\t');
            }
            value(columns.get(i), row.json(), row.start(i), row.end(i));
        }
        out.add('\n');
    }

    private void value(Column column, JsonLine json, int from, int to) {
        var type = column.type();
        switch (json.bytes()[from]) {
            case 'n' -> {
                out.add('\\');
                out.add('N');
            }
            case '"' -> {
                if (isJson(type)) {
                    escaped(json.bytes(), from, to);
                } else {
                    string(json, from, to);
                }
            }
            case '[' -> {
                if (type.array()) {
                    new ArrayElements(type, json).write(from, to);
                } else {
                    escaped(json.bytes(), from, to);
                }
            }
            case '{' -> {
                if (type.array() || type.category() == Category.COMPOSITE) {
                    throw json.failed(
                            "'" + column.name() + "' of type " + type.display() + " takes no object in this format");
                }
                escaped(json.bytes(), from, to);
            }
            default -> out.add(json.bytes(), from, to);
        }
    }

    private static boolean isJson(ColumnType type) {
        return type.category() == Category.JSON && !type.array();
    }

    private void string(JsonLine json, int from, int to) {
        var bytes = json.bytes();
        int plain = from + 1;
        int i = plain;
        while (i < to - 1) {
            if (bytes[i] != '\\') {
                i++;
                continue;
            }
            out.add(bytes, plain, i);
            element.clear();
            i = json.decodeEscape(i + 1, element);
            escaped(element.array(), 0, element.length());
            plain = i;
        }
        out.add(bytes, plain, to - 1);
    }

    private void escaped(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            switch (b) {
                case '\\' -> pair('\\');
                case '\n' -> pair('n');
                case '\r' -> pair('r');
                case '\t' -> pair('t');
                default -> out.add(b);
            }
        }
    }

    private void pair(char letter) {
        out.add('\\');
        out.add(letter);
    }

    /** A JSON array as PostgreSQL's array, every text quoted. */
    private final class ArrayElements {

        private final ColumnType type;
        private final JsonLine json;
        private final byte[] bytes;
        private int at;

        ArrayElements(ColumnType type, JsonLine json) {
            this.type = type;
            this.json = json;
            this.bytes = json.bytes();
        }

        void write(int from, int to) {
            at = from;
            while (at < to) {
                element();
            }
        }

        // The grammar has been checked before, so what comes next tells what it is.
        private void element() {
            switch (bytes[at]) {
                case '[' -> structure('{');
                case ']' -> structure('}');
                case ',' -> structure(',');
                case ' ', '\t', '\r', '\n' -> at++;
                case '"' -> text();
                case '{' -> object();
                case 'n' -> {
                    at += 4;
                    out.add(NULL, 0, NULL.length);
                }
                default -> out.add(bytes[at++]);
            }
        }

        private void structure(char mark) {
            out.add(mark);
            at++;
        }

        private void text() {
            int from = at;
            at = json.endOf(from);
            element.clear();
            if (type.category() == Category.JSON) {
                element.add(bytes, from, at);
            } else {
                json.decode(from, at, element);
            }
            quoted();
        }

        private void object() {
            int from = at;
            at = json.endOf(from);
            element.clear();
            element.add(bytes, from, at);
            quoted();
        }

        private void quoted() {
            out.add('"');
            for (int i = 0; i < element.length(); i++) {
                byte b = element.array()[i];
                if (b == '"' || b == '\\') {
                    // The array's backslash, which is doubled for COPY.
                    pair('\\');
                }
                escaped(element.array(), i, i + 1);
            }
            out.add('"');
        }
    }
}
