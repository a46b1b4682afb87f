package dev.rowhouse.tenancy.catalog;

import dev.rowhouse.platform.postgres.Quoting;
import dev.rowhouse.tenancy.SchemaName;
import java.util.List;

/**
 * A type, wherever it comes from.
 *
 * @param name the type's own name as in {@code pg_type.typname}, such as {@code int4}; for an array the element's
 * @param display the type as people write it, such as {@code numeric(10,2)} or {@code text[]}
 * @param category of the base type: what a JSON value for it looks like; for an array the element's
 * @param labels of an enum, else empty
 */
public record ColumnType(
        Origin origin, String name, String display, boolean array, Category category, List<String> labels) {

    /** Which schema holds the type. */
    public enum Origin {
        SYSTEM,
        EXTENSIONS,
        HOUSE
    }

    /** What values look like. */
    public enum Category {
        BOOLEAN,
        INTEGER,
        NUMBER,
        TEXT,
        TEMPORAL,
        UUID,
        BINARY,
        JSON,
        ENUM,
        COMPOSITE,
        RANGE,
        OTHER
    }

    public ColumnType {
        labels = List.copyOf(labels);
    }

    /** Returns the qualified name of the type, for a cast in the house {@code schema}. */
    public String sql(SchemaName schema) {
        return elementSql(schema) + (array ? "[]" : "");
    }

    /** Returns the qualified name of the type, or of its element for an array. */
    public String elementSql(SchemaName schema) {
        var qualifier = switch (origin) {
            case SYSTEM -> "pg_catalog";
            case EXTENSIONS -> "extensions";
            case HOUSE -> schema.quoted();
        };
        return qualifier + "." + Quoting.identifier(name);
    }
}
