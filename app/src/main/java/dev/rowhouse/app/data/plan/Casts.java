package dev.rowhouse.app.data.plan;

import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.tenancy.catalog.Catalog;
import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.ColumnType;
import dev.rowhouse.tenancy.catalog.ColumnType.Category;
import dev.rowhouse.tenancy.catalog.ColumnType.Origin;
import dev.rowhouse.tenancy.catalog.Routine;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the types that clients cast to.
 *
 * <p>Of PostgreSQL's own only those for data: a cast to {@code regclass} would tell which names exist.
 */
final class Casts {

    private static final Set<String> SYSTEM = Set.of(
            "bit",
            "bool",
            "box",
            "bpchar",
            "bytea",
            "cidr",
            "circle",
            "date",
            "datemultirange",
            "daterange",
            "float4",
            "float8",
            "inet",
            "int2",
            "int4",
            "int4multirange",
            "int4range",
            "int8",
            "int8multirange",
            "int8range",
            "interval",
            "json",
            "jsonb",
            "jsonpath",
            "line",
            "lseg",
            "macaddr",
            "macaddr8",
            "money",
            "name",
            "numeric",
            "nummultirange",
            "numrange",
            "oid",
            "path",
            "pg_lsn",
            "point",
            "polygon",
            "text",
            "time",
            "timestamp",
            "timestamptz",
            "timetz",
            "tsmultirange",
            "tsquery",
            "tsrange",
            "tstzmultirange",
            "tstzrange",
            "tsvector",
            "uuid",
            "varbit",
            "varchar",
            "xml");

    private static final Map<String, String> SPELLINGS = Map.ofEntries(
            Map.entry("int", "int4"),
            Map.entry("integer", "int4"),
            Map.entry("smallint", "int2"),
            Map.entry("bigint", "int8"),
            Map.entry("real", "float4"),
            Map.entry("float", "float8"),
            Map.entry("double precision", "float8"),
            Map.entry("decimal", "numeric"),
            Map.entry("dec", "numeric"),
            Map.entry("boolean", "bool"),
            Map.entry("character varying", "varchar"),
            Map.entry("character", "bpchar"),
            Map.entry("char", "bpchar"),
            Map.entry("bit varying", "varbit"),
            Map.entry("time without time zone", "time"),
            Map.entry("time with time zone", "timetz"),
            Map.entry("timestamp without time zone", "timestamp"),
            Map.entry("timestamp with time zone", "timestamptz"));

    // A length that is not written is 1 by SQL's names, and any by PostgreSQL's own.
    private static final Set<String> OF_LENGTH_ONE = Set.of("char", "character", "bit");

    private Casts() {}

    /** Returns the type that the client's text names, or null for no text. */
    static @Nullable CastType of(@Nullable String written, Catalog catalog) {
        if (written == null) {
            return null;
        }
        var folded = written.strip().toLowerCase(Locale.ROOT).replaceAll("\\s+", " ");
        var own = SPELLINGS.getOrDefault(folded, folded);
        if (!SYSTEM.contains(own)) {
            return new CastType(declared(written.strip(), catalog), List.of());
        }
        var category = own.equals("json") || own.equals("jsonb") ? Category.JSON : Category.OTHER;
        var type = new ColumnType(Origin.SYSTEM, own, written, false, category, List.of());
        return new CastType(type, OF_LENGTH_ONE.contains(folded) ? List.of(1) : List.of());
    }

    // A type of the house or of an extension is known by its use.
    private static ColumnType declared(String name, Catalog catalog) {
        var columns = catalog.relations().values().stream()
                .flatMap(relation -> relation.columns().stream().map(Column::type));
        var routines =
                catalog.routines().values().stream().flatMap(List::stream).flatMap(Casts::types);
        var found = Stream.concat(columns, routines)
                .filter(type -> type.origin() != Origin.SYSTEM && type.name().equals(name))
                .findFirst()
                .orElseThrow(() -> unknown(name));
        return new ColumnType(
                found.origin(), name, name, false, found.category(), found.labels(), found.representation());
    }

    private static Stream<ColumnType> types(Routine routine) {
        return Stream.concat(
                Stream.of(routine.returns()), routine.arguments().stream().map(Routine.Argument::type));
    }

    private static QueryError unknown(String written) {
        return QueryError.malformed("42704", "type '" + written + "' does not exist", "named by parameter 'select'");
    }
}
