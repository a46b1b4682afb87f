package dev.rowhouse.tenancy.catalog;

import dev.rowhouse.platform.postgres.Quoting;
import dev.rowhouse.tenancy.SchemaName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A type, wherever it comes from.
 *
 * @param name the type's own name as in {@code pg_type.typname}, such as {@code int4}; for an array the element's
 * @param display the type as people write it, such as {@code numeric(10,2)} or {@code text[]}
 * @param category of the base type: what a JSON value for it looks like; for an array the element's
 * @param labels of an enum, else empty
 * @param representation how values travel, of a domain for which the blueprint says so; else null
 */
public record ColumnType(
        Origin origin,
        String name,
        String display,
        boolean array,
        Category category,
        List<String> labels,
        @Nullable Representation representation) {

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

    /**
     * Functions of the house that a domain's casts name. They are the blueprint's own code.
     *
     * @param read turns a value into {@code json}; null: as its base type does
     * @param write turns {@code json} into a value; null likewise
     * @param filter turns {@code text} of a filter into a value; null likewise
     */
    public record Representation(
            @Nullable String read,
            @Nullable String write,
            @Nullable String filter) {}

    public ColumnType {
        labels = List.copyOf(labels);
    }

    public ColumnType(
            Origin origin, String name, String display, boolean array, Category category, List<String> labels) {
        this(origin, name, display, array, category, labels, null);
    }

    /** Returns the function of the house that turns the client's JSON into a value; null where PostgreSQL does. */
    public @Nullable String writtenBy() {
        return array || representation == null ? null : representation.write();
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
