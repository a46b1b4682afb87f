package dev.rowhouse.tenancy.blueprint;

import static dev.rowhouse.platform.postgres.Quoting.literal;

import dev.rowhouse.platform.postgres.AdministrativeSession;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.catalog.ColumnType;
import dev.rowhouse.tenancy.catalog.ColumnType.Category;
import dev.rowhouse.tenancy.catalog.ColumnType.Origin;
import dev.rowhouse.tenancy.catalog.ColumnType.Representation;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

    // What a cast of a domain names is called where PostgREST would call it; PostgreSQL itself ignores such casts.
    private static final String REPRESENTATIONS = """
            SELECT d.oid,
              pg_catalog.max(p.proname::pg_catalog.text) FILTER (WHERE c.castsource = d.oid),
              pg_catalog.max(p.proname::pg_catalog.text) FILTER (WHERE c.castsource = json.oid),
              pg_catalog.max(p.proname::pg_catalog.text) FILTER (WHERE c.castsource = text.oid)
            FROM pg_catalog.pg_cast c JOIN pg_catalog.pg_proc p ON p.oid = c.castfunc
            JOIN pg_catalog.pg_type d ON d.typtype = 'd' AND (d.oid = c.castsource OR d.oid = c.casttarget),
              LATERAL (SELECT 'pg_catalog.json'::pg_catalog.regtype::pg_catalog.oid) AS json (oid),
              LATERAL (SELECT 'pg_catalog.text'::pg_catalog.regtype::pg_catalog.oid) AS text (oid)
            WHERE c.castcontext = 'i' AND c.castmethod = 'f'
              AND p.pronamespace = %1$s::pg_catalog.regnamespace::pg_catalog.oid
              AND d.typnamespace = %1$s::pg_catalog.regnamespace::pg_catalog.oid
              AND (c.castsource = d.oid AND c.casttarget = json.oid
                OR c.casttarget = d.oid AND (c.castsource = json.oid OR c.castsource = text.oid))
            GROUP BY d.oid""";

    private record Represented(long number, Representation representation) {}

    private record Type(
            long number, String name, String schema, String sort, long element, long base, List<String> labels) {}

    private final Map<Long, Type> types;
    private final Map<Long, Representation> representations;
    private final Set<String> enums;

    private TypeCatalog(Map<Long, Type> types, Map<Long, Representation> representations) {
        this.types = types;
        this.representations = representations;
        this.enums = types.values().stream()
                .filter(type -> type.sort().equals("e") && origin(type) == Origin.HOUSE)
                .map(Type::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    static TypeCatalog read(AdministrativeSession session, HouseId house) {
        var found = session.query(
                TYPES.formatted(house.schema().value()),
                row -> new Type(
                        row.getLong(1),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getLong(5),
                        row.getLong(6),
                        List.of((String[]) row.getArray(7).getArray())));
        var represented = session.query(
                REPRESENTATIONS.formatted(literal(house.schema().quoted())),
                row -> new Represented(
                        row.getLong(1), new Representation(row.getString(2), row.getString(3), row.getString(4))));
        return new TypeCatalog(
                found.stream().collect(Collectors.toMap(Type::number, Function.identity())),
                represented.stream().collect(Collectors.toMap(Represented::number, Represented::representation)));
    }

    /** Returns the type of that number, which is displayed as {@code display} where it is used. */
    ColumnType type(long number, String display) {
        var type = get(number);
        boolean array = type.element() != 0;
        var element = array ? get(type.element()) : type;
        var base = base(element);
        return new ColumnType(
                origin(element),
                element.name(),
                display,
                array,
                category(base),
                base.labels(),
                array ? null : representations.get(number));
    }

    /** Says whether the type is an enum of the house, or an array of one: values among others, without code of their own. */
    boolean isEnum(ColumnType type) {
        return type.origin() == Origin.HOUSE && enums.contains(type.name());
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
