package dev.rowhouse.tenancy.blueprint;

import dev.rowhouse.platform.postgres.AdministrativeSession;
import dev.rowhouse.tenancy.catalog.ColumnType;
import dev.rowhouse.tenancy.catalog.MediaHandler;
import dev.rowhouse.tenancy.catalog.Routine;
import dev.rowhouse.tenancy.catalog.Routine.Argument;
import dev.rowhouse.tenancy.catalog.Routine.Argument.Mode;
import dev.rowhouse.tenancy.catalog.Routine.Kind;
import dev.rowhouse.tenancy.catalog.Routine.Volatility;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the functions and procedures that can be called; what a trigger runs cannot. */
final class Routines {

    // An argument list without modes holds input arguments only; without names it holds none.
    private static final String ROUTINES = """
            SELECT p.proname, p.prokind, p.prorettype, pg_catalog.format_type(p.prorettype, NULL), p.proretset,
              (SELECT c.relname FROM pg_catalog.pg_type t JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
                WHERE t.oid = p.prorettype AND c.relkind <> 'c'),
              p.provolatile, p.prosecdef, pg_catalog.obj_description(p.oid, 'pg_proc'), p.pronargs - p.pronargdefaults,
              x.types::text[], ARRAY(SELECT pg_catalog.format_type(t, NULL) FROM pg_catalog.unnest(x.types) AS t),
              coalesce(p.proargmodes::text[], pg_catalog.array_fill('i'::text, ARRAY[p.pronargs::int4])),
              coalesce(p.proargnames, pg_catalog.array_fill(''::text, ARRAY[pg_catalog.cardinality(x.types)])),
              p.prorows::pg_catalog.int4, coalesce(p.proconfig, ARRAY[]::pg_catalog.text[])
            FROM pg_catalog.pg_proc p,
              LATERAL (SELECT coalesce(p.proallargtypes, p.proargtypes::pg_catalog.oid[]) AS types) AS x
            WHERE p.pronamespace = %s::pg_catalog.regnamespace::pg_catalog.oid AND p.prokind IN ('f', 'p')
              AND p.prorettype NOT IN ('pg_catalog.trigger'::pg_catalog.regtype::pg_catalog.oid,
                'pg_catalog.event_trigger'::pg_catalog.regtype::pg_catalog.oid)
            ORDER BY p.proname, p.oid""";

    // An aggregate that makes one value of a domain out of rows: whether the domain is a media type is seen by its
    // name.
    private static final String AGGREGATES = """
            SELECT p.proname, p.prorettype, pg_catalog.format_type(p.prorettype, NULL), c.relname
            FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_type t ON t.oid = p.prorettype
            JOIN pg_catalog.pg_type a ON a.oid = p.proargtypes[0]
            LEFT JOIN pg_catalog.pg_class c ON c.oid = a.typrelid AND c.relkind <> 'c'
            WHERE p.pronamespace = %s::pg_catalog.regnamespace::pg_catalog.oid AND p.prokind = 'a' AND p.pronargs = 1
              AND t.typtype = 'd'
              AND (c.oid IS NOT NULL OR a.oid = 'pg_catalog.anyelement'::pg_catalog.regtype::pg_catalog.oid)
            ORDER BY p.proname, p.oid""";

    private record Aggregate(String name, @Nullable String relation, ColumnType returns) {}

    private Routines() {}

    static List<MediaHandler> mediaHandlers(AdministrativeSession session, String schema, TypeCatalog types) {
        var handlers = new ArrayList<MediaHandler>();
        session.query(
                        AGGREGATES.formatted(schema),
                        row -> new Aggregate(
                                row.getString(1), row.getString(4), types.type(row.getLong(2), row.getString(3))))
                .forEach(aggregate -> {
                    var mediaType = Routine.mediaType(aggregate.returns());
                    if (mediaType != null) {
                        handlers.add(new MediaHandler(aggregate.name(), aggregate.relation(), mediaType));
                    }
                });
        return handlers;
    }

    static List<Routine> read(AdministrativeSession session, String schema, TypeCatalog types) {
        return session.query(ROUTINES.formatted(schema), row -> routine(row, types));
    }

    private static Routine routine(ResultSet row, TypeCatalog types) throws SQLException {
        return new Routine(
                row.getString(1),
                row.getString(2).equals("p") ? Kind.PROCEDURE : Kind.FUNCTION,
                arguments(row, types),
                types.type(row.getLong(3), row.getString(4)),
                row.getBoolean(5),
                row.getString(6),
                volatility(row.getString(7)),
                row.getBoolean(8),
                row.getString(9),
                row.getInt(15),
                settings(texts(row, 16)));
    }

    // The builder fixes the search path itself, and it names the house.
    private static Map<String, String> settings(String[] assignments) {
        var settings = new HashMap<String, String>();
        for (var assignment : assignments) {
            int equals = assignment.indexOf('=');
            settings.put(assignment.substring(0, equals), assignment.substring(equals + 1));
        }
        settings.remove("search_path");
        return settings;
    }

    private static List<Argument> arguments(ResultSet row, TypeCatalog types) throws SQLException {
        int required = row.getInt(10);
        var numbers = texts(row, 11);
        var displays = texts(row, 12);
        var modes = texts(row, 13);
        var names = texts(row, 14);
        var arguments = new ArrayList<Argument>();
        int inputs = 0;
        for (int i = 0; i < numbers.length; i++) {
            var mode = mode(modes[i]);
            boolean input = mode == Mode.IN || mode == Mode.INOUT || mode == Mode.VARIADIC;
            boolean hasDefault = input && inputs++ >= required;
            arguments.add(
                    new Argument(names[i], types.type(Long.parseLong(numbers[i]), displays[i]), mode, hasDefault));
        }
        return arguments;
    }

    private static String[] texts(ResultSet row, int column) throws SQLException {
        return (String[]) row.getArray(column).getArray();
    }

    private static Mode mode(String letter) {
        return switch (letter) {
            case "o" -> Mode.OUT;
            case "b" -> Mode.INOUT;
            case "v" -> Mode.VARIADIC;
            case "t" -> Mode.TABLE;
            default -> Mode.IN;
        };
    }

    private static Volatility volatility(String letter) {
        return switch (letter) {
            case "i" -> Volatility.IMMUTABLE;
            case "s" -> Volatility.STABLE;
            default -> Volatility.VOLATILE;
        };
    }
}
