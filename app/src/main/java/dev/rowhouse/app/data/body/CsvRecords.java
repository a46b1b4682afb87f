package dev.rowhouse.app.data.body;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * RFC 4180, read as PostgreSQL reads it: a quote may open in the middle of a value. An unquoted {@value #NULL} is null, as
 * the dialect has it; an empty value is the empty text.
 *
 * <p>Works record by record over any pieces of bytes: {@link #next} until it is negative, then the next piece.
 */
final class CsvRecords {

    static final String NULL = "NULL";

    private final ByteText value = new ByteText(256);
    private List<@Nullable String> values = new ArrayList<>();
    private long number;
    private long size;
    private boolean inQuotes;
    private boolean quoted;
    // A quote inside quotes: the end of them, or half of a quote that is meant.
    private boolean quotePending;
    private boolean returnPending;

    /** Returns where the first record of these bytes ends, or -1 when it does not end in them. */
    int next(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (++size > BodyErrors.LONGEST_LINE) {
                throw BodyErrors.tooLong(number + 1);
            }
            if (inQuotes && !quotePending) {
                inside(b);
            } else if (outside(b)) {
                return i + 1;
            }
        }
        return -1;
    }

    /** Says whether a last record without an end of line is there. */
    boolean finish() {
        if (inQuotes && !quotePending) {
            throw BodyErrors.inLine(number + 1, "a quoted value does not end");
        }
        if (size == 0) {
            return false;
        }
        endRecord();
        return true;
    }

    /** Returns the record that has just ended; a null value is null. */
    List<@Nullable String> record() {
        var record = values;
        values = new ArrayList<>(record.size());
        return record;
    }

    /** Returns the number of the record that has just ended, the header being the first. */
    long number() {
        return number;
    }

    private void inside(byte b) {
        if (b == '"') {
            quotePending = true;
        } else {
            value.add(b);
        }
    }

    private boolean outside(byte b) {
        if (b == '"') {
            // Behind a pending quote it is a quote of the value, else it opens one.
            if (quotePending) {
                value.add(b);
            }
            quotePending = false;
            returnPending = false;
            inQuotes = true;
            quoted = true;
            return false;
        }
        quotePending = false;
        inQuotes = false;
        if (b == '\n') {
            endRecord();
            return true;
        }
        returnPending = b == '\r';
        if (b == ',') {
            endValue();
        } else {
            value.add(b);
        }
        return false;
    }

    private void endRecord() {
        number++;
        if (returnPending) {
            value.dropLast();
            returnPending = false;
        }
        endValue();
        size = 0;
        inQuotes = false;
        quotePending = false;
    }

    private void endValue() {
        if (!Utf8.isValid(value.array(), 0, value.length())) {
            throw BodyErrors.inLine(number, "it is not UTF-8");
        }
        var text = value.toString();
        values.add(text.equals(NULL) && !quoted ? null : text);
        value.clear();
        quoted = false;
    }
}
