package dev.rowhouse.tenancy.blueprint;

import dev.rowhouse.platform.postgres.AdministrativeSession;
import dev.rowhouse.tenancy.catalog.ColumnType;
import dev.rowhouse.tenancy.catalog.ColumnType.Category;
import dev.rowhouse.tenancy.catalog.ColumnType.Origin;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The types of a database that a house can use, by their number. */
final class TypeCatalog {

    private static final String TYPES = """
            SELECT t.oid, t.typname, n.nspname, t.typtype,
              CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE 0 END, t.typbasetype,
              ARRAY(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder)
            FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
            WHERE n.nspname IN ('pg_catalog', 'extensions', '%s')""";

    private record Type(
            long number, String name, String schema, String sort, long element, long base, List<String> labels) {}

    private final Map<Long, Type> types;

    private TypeCatalog(Map<Long, Type> types) {
        this.types = types;
    }

    static TypeCatalog read(AdministrativeSession session, String schema) {
        var found = session.query(
                TYPES.formatted(schema),
                row -> new Type(
                        row.getLong(1),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getLong(5),
                        row.getLong(6),
                        List.of((String[]) row.getArray(7).getArray())));
        return new TypeCatalog(found.stream().collect(Collectors.toMap(Type::number, Function.identity())));
    }

    /** Returns the type of that number, which is displayed as {@code display} where it is used. */
    ColumnType type(long number, String display) {
        var type = get(number);
        boolean array = type.element() != 0;
        var element = array ? get(type.element()) : type;
        var base = base(element);
        return new ColumnType(origin(element), element.name(), display, array, category(base), base.labels());
    }

    private Type get(long number) {
        var type = types.get(number);
        if (type == null) {
            throw new IllegalStateException("type " + number + " is outside the house");
        }
        return type;
    }

    private Type base(Type type) {
        var base = type;
        while (base.sort().equals("d")) {
            base = get(base.base());
        }
        return base;
    }

    private static Origin origin(Type type) {
        return switch (type.schema()) {
            case "pg_catalog" -> Origin.SYSTEM;
            case "extensions" -> Origin.EXTENSIONS;
            default -> Origin.HOUSE;
        };
    }

    private static Category category(Type base) {
        return switch (base.sort()) {
            case "e" -> Category.ENUM;
            case "c" -> Category.COMPOSITE;
            case "r", "m" -> Category.RANGE;
            default -> ofName(base.name());
        };
    }

    private static Category ofName(String name) {
        return switch (name) {
            case "bool" -> Category.BOOLEAN;
            case "int2", "int4", "int8", "oid" -> Category.INTEGER;
            case "numeric", "float4", "float8" -> Category.NUMBER;
            case "text", "varchar", "bpchar", "char", "name", "citext" -> Category.TEXT;
            case "date", "time", "timetz", "timestamp", "timestamptz", "interval" -> Category.TEMPORAL;
            case "uuid" -> Category.UUID;
            case "bytea" -> Category.BINARY;
            case "json", "jsonb" -> Category.JSON;
            default -> Category.OTHER;
        };
    }
}
