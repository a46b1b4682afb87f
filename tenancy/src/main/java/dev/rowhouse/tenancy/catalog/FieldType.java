package dev.rowhouse.tenancy.catalog;

import dev.rowhouse.tenancy.catalog.ColumnType.Category;
import dev.rowhouse.tenancy.catalog.ColumnType.Origin;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The types that a tenant's own columns may have. All are PostgreSQL's own, so a value runs nobody's code. */
public enum FieldType {
    TEXT("text", "text", Category.TEXT),
    BOOLEAN("boolean", "bool", Category.BOOLEAN),
    INTEGER("integer", "int4", Category.INTEGER),
    BIGINT("bigint", "int8", Category.INTEGER),
    NUMERIC("numeric", "numeric", Category.NUMBER),
    DATE("date", "date", Category.TEMPORAL),
    TIMESTAMPTZ("timestamptz", "timestamptz", Category.TEMPORAL),
    UUID("uuid", "uuid", Category.UUID),
    JSONB("jsonb", "jsonb", Category.JSON),
    TEXT_ARRAY("text[]", "text", Category.TEXT);

    private final String label;
    private final ColumnType type;

    FieldType(String label, String name, Category category) {
        this.label = label;
        this.type = new ColumnType(Origin.SYSTEM, name, label, label.endsWith("[]"), category, List.of());
    }

    /** Returns the name as people write it. Stored: never rename. */
    public String label() {
        return label;
    }

    public ColumnType columnType() {
        return type;
    }

    /** Returns the type of that label, or null. */
    public static @Nullable FieldType of(String label) {
        return Arrays.stream(values())
                .filter(type -> type.label.equals(label))
                .findFirst()
                .orElse(null);
    }

    /** Returns the value as the text that PostgreSQL reads for this type, or null for JSON of another kind. */
    public @Nullable String textOf(JsonNode value) {
        return switch (this) {
            case TEXT, DATE, TIMESTAMPTZ, UUID -> value.isString() ? value.stringValue() : null;
            case BOOLEAN -> value.isBoolean() ? value.toString() : null;
            case INTEGER, BIGINT -> value.isIntegralNumber() ? value.toString() : null;
            case NUMERIC -> value.isNumber() ? value.toString() : null;
            case JSONB -> value.toString();
            case TEXT_ARRAY -> isTexts(value) ? arrayOf(value) : null;
        };
    }

    private static boolean isTexts(JsonNode value) {
        return value.isArray() && value.valueStream().allMatch(JsonNode::isString);
    }

    private static String arrayOf(JsonNode texts) {
        return texts.valueStream()
                .map(text -> '"' + text.stringValue().replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                .collect(Collectors.joining(",", "{", "}"));
    }
}
