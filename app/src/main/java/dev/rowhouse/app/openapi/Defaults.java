package dev.rowhouse.app.openapi;

import dev.rowhouse.tenancy.catalog.Column;
import java.math.BigDecimal;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Reads the defaults that are constants. */
final class Defaults {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Pattern TEXT =
            Pattern.compile("'((?:[^'\\\\]|'')*)'(?:::[^()']+(?:\\(\\d+\\))?)?", Pattern.DOTALL);
    private static final Pattern NUMBER =
            Pattern.compile("\\(?'?(-?\\d{1,30}(?:\\.\\d{1,30})?)'?\\)?(?:::[a-z0-9 ]+(?:\\([\\d,]+\\))?)?");

    private Defaults() {}

    /** Returns the default as JSON, or null without one or where the database must compute it. */
    static @Nullable JsonNode constant(Column column) {
        var expression = column.defaultExpression();
        if (expression == null || column.type().array() || column.type().representation() != null) {
            return null;
        }
        return switch (column.type().category()) {
            case BOOLEAN ->
                switch (expression) {
                    case "true" -> NODES.booleanNode(true);
                    case "false" -> NODES.booleanNode(false);
                    default -> null;
                };
            case INTEGER, NUMBER -> number(expression);
            case TEXT -> text(expression);
            case ENUM -> label(column, expression);
            case TEMPORAL, UUID, BINARY, JSON, COMPOSITE, RANGE, OTHER -> null;
        };
    }

    private static @Nullable JsonNode number(String expression) {
        var number = NUMBER.matcher(expression);
        return number.matches() ? NODES.numberNode(new BigDecimal(number.group(1))) : null;
    }

    private static @Nullable JsonNode text(String expression) {
        var text = TEXT.matcher(expression);
        return text.matches() ? NODES.stringNode(text.group(1).replace("''", "'")) : null;
    }

    private static @Nullable JsonNode label(Column column, String expression) {
        var text = text(expression);
        return text != null && column.type().labels().contains(text.stringValue()) ? text : null;
    }
}
