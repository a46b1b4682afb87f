package dev.rowhouse.app.data.body;

import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.ColumnType;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Finds values that PostgreSQL would certainly refuse for a column, to name the field. Whatever PostgreSQL might take
 * passes: it has the last word.
 */
final class FieldCheck {

    private static final String WRONG = "22P02";
    private static final String OUT_OF_RANGE = "22003";

    private final Column column;
    private final long row;

    FieldCheck(Column column, long row) {
        this.column = column;
        this.row = row;
    }

    /** Checks the value at which the parser stands and leaves the parser at its end. */
    void value(JsonParser parser) {
        var type = column.type();
        if (type.writtenBy() != null) {
            skip(parser);
            return;
        }
        switch (parser.currentToken()) {
            case VALUE_NULL -> {}
            case START_OBJECT -> {
                if (type.array() || !takesObjects(type)) {
                    throw refused("an object");
                }
                skip(parser);
            }
            case START_ARRAY -> {
                if (!type.array() && !takesArrays(type)) {
                    throw refused("an array");
                }
                skip(parser);
            }
            case VALUE_TRUE, VALUE_FALSE -> {
                if (type.array() || !takesBooleans(type)) {
                    throw refused(parser.getString());
                }
            }
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser.getString());
            case VALUE_STRING -> string(parser.getString());
            default -> throw new IllegalStateException("no value at " + parser.currentToken());
        }
    }

    /** Steps over a value, refusing what PostgreSQL's text cannot hold. */
    static void skip(JsonParser parser) {
        if (!parser.currentToken().isStructStart()) {
            requireNoNul(parser);
            return;
        }
        int depth = 1;
        while (depth > 0) {
            var token = parser.nextToken();
            if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            } else {
                requireNoNul(parser);
            }
        }
    }

    private static void requireNoNul(JsonParser parser) {
        var token = parser.currentToken();
        boolean text = token == JsonToken.VALUE_STRING || token == JsonToken.PROPERTY_NAME;
        if (text && !isStorable(parser.getString())) {
            throw BodyErrors.unreadable("the body contains the NUL character or half a surrogate pair", null);
        }
    }

    // PostgreSQL's texts hold every character but NUL; half a surrogate pair is no character.
    private static boolean isStorable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\0' || Character.isLowSurrogate(c)) {
                return false;
            }
            if (Character.isHighSurrogate(c) && (++i == text.length() || !Character.isLowSurrogate(text.charAt(i)))) {
                return false;
            }
        }
        return true;
    }

    private void number(String number) {
        var type = column.type();
        if (type.array()) {
            throw refused(number);
        }
        switch (type.category()) {
            case INTEGER -> integer(number);
            case BOOLEAN -> bool(number);
            case UUID -> throw refused(number);
            case ENUM -> label(number);
            case NUMBER, TEXT, TEMPORAL, BINARY, JSON, COMPOSITE, RANGE, OTHER -> {}
        }
    }

    private void string(String string) {
        if (!isStorable(string)) {
            throw BodyErrors.unreadable(
                    "'" + column.name() + "' of row " + row + " contains the NUL character or half a surrogate pair",
                    null);
        }
        var type = column.type();
        if (type.array()) {
            return;
        }
        switch (type.category()) {
            case INTEGER -> integer(string);
            case NUMBER -> decimal(string);
            case BOOLEAN -> bool(string);
            case UUID -> uuid(string);
            case ENUM -> label(string);
            case TEXT, TEMPORAL, BINARY, JSON, COMPOSITE, RANGE, OTHER -> {}
        }
    }

    private void integer(String text) {
        switch (Spelling.integer(text, column.type().name())) {
            case FITS -> {}
            case WRONG -> throw refused(text);
            case OUT_OF_RANGE ->
                throw new QueryError(
                        QueryError.Kind.MALFORMED, OUT_OF_RANGE, message(text), "the number is out of range", null);
        }
    }

    private void decimal(String text) {
        if (!Spelling.isDecimal(text, column.type().name())) {
            throw refused(text);
        }
    }

    private void bool(String text) {
        if (!Spelling.isBoolean(text)) {
            throw refused(text);
        }
    }

    private void uuid(String text) {
        if (!Spelling.isUuid(text)) {
            throw refused(text);
        }
    }

    private void label(String text) {
        var labels = column.type().labels();
        if (!labels.isEmpty() && !labels.contains(text)) {
            throw new QueryError(
                    QueryError.Kind.MALFORMED,
                    WRONG,
                    message(text),
                    null,
                    labels.size() > 20 ? null : "one of " + String.join(", ", labels));
        }
    }

    private QueryError refused(String value) {
        var hint = value.isEmpty() ? "null is written null in JSON, and NULL without quotes in CSV" : null;
        return new QueryError(QueryError.Kind.MALFORMED, WRONG, message(value), null, hint);
    }

    private String message(String value) {
        return "'" + column.name() + "' of row " + row + " takes "
                + column.type().display() + ", not " + (value.isEmpty() ? "an empty text" : BodyErrors.shown(value));
    }

    private static boolean takesObjects(ColumnType type) {
        return switch (type.category()) {
            case JSON, COMPOSITE, TEXT, OTHER -> true;
            case BOOLEAN, INTEGER, NUMBER, TEMPORAL, UUID, BINARY, ENUM, RANGE -> false;
        };
    }

    private static boolean takesArrays(ColumnType type) {
        return switch (type.category()) {
            case JSON, TEXT, OTHER -> true;
            case BOOLEAN, INTEGER, NUMBER, TEMPORAL, UUID, BINARY, ENUM, RANGE, COMPOSITE -> false;
        };
    }

    private static boolean takesBooleans(ColumnType type) {
        return switch (type.category()) {
            case BOOLEAN, TEXT, JSON, OTHER -> true;
            case ENUM -> type.labels().contains("true") || type.labels().contains("false");
            case INTEGER, NUMBER, TEMPORAL, UUID, BINARY, COMPOSITE, RANGE -> false;
        };
    }
}
