package dev.rowhouse.app.openapi;

import dev.rowhouse.tenancy.catalog.ColumnType;
import dev.rowhouse.tenancy.catalog.ColumnType.Origin;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Tells by JSON Schema what values of a type look like in JSON. */
final class TypeSchemas {

    private static final String TYPE = "type";
    private static final String FORMAT = "format";
    private static final String STRING = "string";
    private static final Pattern BOUNDED = Pattern.compile("(?:character varying|character)\\((\\d+)\\)(?:\\[])?");

    private TypeSchemas() {}

    static ObjectNode of(ColumnType type, boolean nullable) {
        var schema = type.array() ? Json.arrayOf(element(type)) : element(type);
        if (nullable && schema.has(TYPE)) {
            schema.set(TYPE, Json.array(schema.get(TYPE), Json.object().stringNode("null")));
            if (schema.get("enum") instanceof ArrayNode labels) {
                labels.addNull();
            }
        }
        return schema.put("x-postgresql-type", type.display());
    }

    /** Returns the schema of a value as it stands in a URL; without a simple one it is any text. */
    static ObjectNode ofText(ColumnType type) {
        var schema = isSimple(type) ? element(type) : Json.typed(STRING);
        return schema.put("x-postgresql-type", type.display());
    }

    private static boolean isSimple(ColumnType type) {
        if (type.array() || type.representation() != null) {
            return false;
        }
        return switch (type.category()) {
            case BOOLEAN, INTEGER, NUMBER, TEXT, TEMPORAL, UUID, ENUM -> true;
            case BINARY, JSON, COMPOSITE, RANGE, OTHER -> false;
        };
    }

    private static ObjectNode element(ColumnType type) {
        if (type.representation() != null) {
            return Json.object();
        }
        return switch (type.category()) {
            case BOOLEAN -> Json.typed("boolean");
            case INTEGER -> integer(type.name());
            case NUMBER -> number(type.name());
            case TEXT -> text(type.display());
            case TEMPORAL -> temporal(type.name());
            case UUID -> Json.typed(STRING).put(FORMAT, "uuid");
            case BINARY -> Json.typed(STRING);
            case JSON -> Json.object();
            case ENUM -> labelled(type);
            case COMPOSITE -> Json.typed("object");
            case RANGE -> Json.typed(STRING);
            // Types of extensions may become JSON in a way of their own.
            case OTHER -> type.origin() == Origin.SYSTEM ? Json.typed(STRING) : Json.object();
        };
    }

    private static ObjectNode integer(String name) {
        var schema = Json.typed("integer");
        return switch (name) {
            case "int2" ->
                schema.put(FORMAT, "int32").put("minimum", Short.MIN_VALUE).put("maximum", Short.MAX_VALUE);
            case "int4" -> schema.put(FORMAT, "int32");
            default -> schema.put(FORMAT, "int64");
        };
    }

    private static ObjectNode number(String name) {
        var schema = Json.typed("number");
        return switch (name) {
            case "float4" -> schema.put(FORMAT, "float");
            case "float8" -> schema.put(FORMAT, "double");
            default -> schema;
        };
    }

    private static ObjectNode text(String display) {
        var schema = Json.typed(STRING);
        var bounded = BOUNDED.matcher(display);
        return bounded.matches() ? schema.put("maxLength", Integer.parseInt(bounded.group(1))) : schema;
    }

    // Only these are what the formats of RFC 3339 say; the others have no offset or a shorter one.
    private static ObjectNode temporal(String name) {
        var schema = Json.typed(STRING);
        return switch (name) {
            case "date" -> schema.put(FORMAT, "date");
            case "timestamptz" -> schema.put(FORMAT, "date-time");
            default -> schema;
        };
    }

    private static ObjectNode labelled(ColumnType type) {
        var schema = Json.typed(STRING);
        schema.set("enum", Json.texts(type.labels()));
        return schema;
    }

    /** Returns a value to show what stands after an operator in a filter, such as {@code 1}. */
    static String example(ColumnType type) {
        if (type.array()) {
            return "cs.{}";
        }
        return switch (type.category()) {
            case BOOLEAN -> "is.true";
            case INTEGER -> "eq.1";
            case NUMBER -> "gte.9.99";
            case TEXT -> "ilike.*text*";
            case TEMPORAL ->
                type.name().startsWith("time") && !type.name().startsWith("timestamp")
                        ? "gte.09:00"
                        : type.name().equals("interval") ? "lt.1 day" : "gte.2026-01-01";
            case UUID -> "eq.8c9f1f5e-3c1b-4d0e-9b7a-2f6d5e4c3b2a";
            case ENUM ->
                type.labels().isEmpty() ? "not.is.null" : "eq." + type.labels().getFirst();
            case BINARY, JSON, COMPOSITE, OTHER -> "not.is.null";
            case RANGE -> "ov.[1,10)";
        };
    }
}
