package dev.rowhouse.tenancy.blueprint;

import static dev.rowhouse.platform.postgres.Quoting.literal;

import dev.rowhouse.platform.postgres.AdministrativeSession;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.catalog.Catalog;
import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.Column.Generation;
import dev.rowhouse.tenancy.catalog.ColumnType;
import dev.rowhouse.tenancy.catalog.Relation;
import dev.rowhouse.tenancy.catalog.Relation.ForeignKey;
import dev.rowhouse.tenancy.catalog.Relation.Kind;
import dev.rowhouse.tenancy.catalog.Relation.Origin;
import dev.rowhouse.tenancy.catalog.Routine;
import dev.rowhouse.tenancy.house.JournalReach;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads a house's catalog from PostgreSQL's, once per blueprint version, so that no schema's name is in it.
 *
 * <p>The house is on the search path, {@code pg_catalog} before it. Functions are named in full, and operators take types
 * that PostgreSQL's own fit exactly: {@code oid = regclass} would be the blueprint's, if it made one.
 */
final class Introspection {

    // pg_relation_is_updatable answers in bits: 4 update, 8 insert. Partitions are reached through their table.
    private static final String RELATIONS = """
            SELECT c.oid, c.relname, c.relkind, pg_catalog.obj_description(c.oid, 'pg_class'), c.relrowsecurity,
              pg_catalog.pg_relation_is_updatable(c.oid, true),
              (SELECT pg_catalog.count(*) FROM pg_catalog.pg_policy p WHERE p.polrelid = c.oid),
              coalesce(pg_catalog.array_to_string(c.reloptions, ','), ''),
              EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE c.oid IN (i.inhparent, i.inhrelid))
                OR EXISTS (SELECT FROM pg_catalog.pg_partitioned_table t WHERE t.partrelid = c.oid)
            FROM pg_catalog.pg_class c
            WHERE c.relnamespace = %s::pg_catalog.regnamespace::pg_catalog.oid AND c.relkind IN ('r', 'p', 'v', 'm')
              AND NOT c.relispartition
            ORDER BY c.relname""";

    private static final String COLUMNS = """
            SELECT a.attrelid, a.attname, a.atttypid, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull,
              pg_catalog.pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated,
              pg_catalog.col_description(a.attrelid, a.attnum)
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
            LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE c.relnamespace = %s::pg_catalog.regnamespace::pg_catalog.oid AND c.relkind IN ('r', 'p', 'v', 'm')
              AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attrelid, a.attnum""";

    private static final String KEYS = """
            SELECT k.conrelid, k.conname, k.contype, r.relname,
              ARRAY(SELECT a.attname::text FROM pg_catalog.unnest(k.conkey) WITH ORDINALITY AS n (num, i)
                JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = n.num ORDER BY n.i),
              ARRAY(SELECT a.attname::text FROM pg_catalog.unnest(k.confkey) WITH ORDINALITY AS n (num, i)
                JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = n.num ORDER BY n.i)
            FROM pg_catalog.pg_constraint k
            LEFT JOIN pg_catalog.pg_class r ON r.oid = k.confrelid AND k.confrelid <> 0
            WHERE k.connamespace = %s::pg_catalog.regnamespace::pg_catalog.oid AND k.contype IN ('p', 'u', 'f') AND k.conrelid <> 0
              AND (k.contype <> 'f' OR k.conparentid = 0::pg_catalog.oid)
            ORDER BY k.conname""";

    private static final String OWN_CASTS = """
            SELECT 1 FROM pg_catalog.pg_cast c JOIN pg_catalog.pg_proc p ON p.oid = c.castfunc
            WHERE p.pronamespace = %1$s::pg_catalog.regnamespace::pg_catalog.oid""";

    private static final String OWN_CODE_IN_TYPES = """
            SELECT 1 FROM pg_catalog.pg_constraint c
            WHERE c.contypid <> 0 AND c.connamespace = %1$s::pg_catalog.regnamespace::pg_catalog.oid
            UNION ALL
            SELECT 1 FROM pg_catalog.pg_range r JOIN pg_catalog.pg_proc p ON p.oid = r.rngsubdiff
            WHERE p.pronamespace = %1$s::pg_catalog.regnamespace::pg_catalog.oid""";
    // Expressions that the planner folds when it opens the relation, whoever reads: of indexes, statistics, partition
    // keys and, for a part of another table, checks.
    private static final String OWN_CODE_IN_RELATIONS = """
            WITH RECURSIVE own AS (
              SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass::pg_catalog.oid AS classid, p.oid AS objid FROM pg_catalog.pg_proc p
              WHERE p.pronamespace = %1$s::pg_catalog.regnamespace::pg_catalog.oid
              UNION ALL
              SELECT 'pg_catalog.pg_operator'::pg_catalog.regclass::pg_catalog.oid, o.oid FROM pg_catalog.pg_operator o
              WHERE o.oprnamespace = %1$s::pg_catalog.regnamespace::pg_catalog.oid),
            uses AS (
              SELECT d.classid, d.objid FROM pg_catalog.pg_depend d
              JOIN own ON d.refclassid = own.classid AND d.refobjid = own.objid),
            relations (oid) AS (
              SELECT i.indrelid FROM uses u JOIN pg_catalog.pg_index i ON i.indexrelid = u.objid
              WHERE u.classid = 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid
              UNION SELECT s.stxrelid FROM uses u JOIN pg_catalog.pg_statistic_ext s ON s.oid = u.objid
              WHERE u.classid = 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass::pg_catalog.oid
              UNION SELECT p.partrelid FROM uses u JOIN pg_catalog.pg_partitioned_table p ON p.partrelid = u.objid
              WHERE u.classid = 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid
              UNION SELECT i.inhrelid FROM uses u JOIN pg_catalog.pg_constraint k ON k.oid = u.objid
              JOIN pg_catalog.pg_inherits i ON i.inhrelid = k.conrelid
              WHERE u.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass::pg_catalog.oid),
            opened (oid) AS (
              SELECT oid FROM relations
              UNION SELECT i.inhparent FROM opened o JOIN pg_catalog.pg_inherits i ON i.inhrelid = o.oid)
            SELECT oid FROM opened""";

    private record Key(
            long relation,
            String name,
            String type,
            @Nullable String referenced,
            List<String> columns,
            List<String> referencedColumns) {}

    private record Shape(
            long number,
            String name,
            Kind kind,
            @Nullable String comment,
            boolean rowSecurity,
            int changes,
            int policies,
            String options,
            boolean sharesRows) {}

    private record Owned<T>(long relation, T value) {}

    private final AdministrativeSession session;
    private final HouseId house;
    private final String schema;
    private final TypeCatalog types;

    private Introspection(AdministrativeSession session, HouseId house) {
        this.session = session;
        this.house = house;
        this.schema = literal(house.schema().quoted());
        this.types = TypeCatalog.read(session, house);
    }

    /** Reads the finished house; {@code pg_catalog} stays first on the search path without being named. */
    static Findings read(AdministrativeSession session, HouseId house) {
        session.execute("SET LOCAL search_path = " + house.schema().quoted());
        return new Introspection(session, house).findings();
    }

    private Findings findings() {
        var columns = columns();
        var keys = session.query(KEYS.formatted(schema), Introspection::key).stream()
                .collect(Collectors.groupingBy(Key::relation));
        boolean ownCasts = exists(OWN_CASTS);
        boolean ownCode = exists(OWN_CODE_IN_TYPES);
        var running = Set.copyOf(session.query(OWN_CODE_IN_RELATIONS.formatted(schema), row -> row.getLong(1)));
        var writing = OwnWriteCode.read(session, schema);
        var origins = ViewOrigins.read(session, schema);
        var shapes = session.query(RELATIONS.formatted(schema), Introspection::shape);
        var primaryKeys = shapes.stream()
                .collect(Collectors.toMap(
                        Shape::name, shape -> primaryKey(keys.getOrDefault(shape.number(), List.of()))));
        var warnings = new Warnings();
        var refusals = new ArrayList<String>();
        var untold = JournalReach.leftOut(session, house);
        var relations = new HashMap<String, Relation>();
        for (var shape : shapes) {
            var number = shape.number();
            var ofRelation = columns.getOrDefault(number, List.of());
            boolean callerIndependent =
                    !running.contains(number) && isCallerIndependent(shape.kind(), ofRelation, ownCasts, ownCode);
            var relation = relation(
                    shape,
                    ofRelation,
                    keys.getOrDefault(number, List.of()),
                    callerIndependent,
                    callerIndependent && shape.kind() == Kind.TABLE && !writing.contains(number),
                    origins.getOrDefault(shape.name(), Map.of()),
                    primaryKeys);
            warnings.about(relation, shape.policies(), shape.options());
            refusals.addAll(CacheWords.mistakes(relation, shape.sharesRows(), !untold.contains(number)));
            relations.put(relation.name(), relation);
        }
        var routines = Routines.read(session, schema, types);
        routines.forEach(warnings::about);
        var catalog = new Catalog(
                relations,
                routines.stream().collect(Collectors.groupingBy(Routine::name)),
                Routines.mediaHandlers(session, schema, types));
        return new Findings(catalog, warnings.all(), refusals);
    }

    private static Shape shape(ResultSet row) throws SQLException {
        var kind = switch (row.getString(3)) {
            case "v" -> Kind.VIEW;
            case "m" -> Kind.MATERIALIZED_VIEW;
            default -> Kind.TABLE;
        };
        return new Shape(
                row.getLong(1),
                row.getString(2),
                kind,
                row.getString(4),
                row.getBoolean(5),
                row.getInt(6),
                row.getInt(7),
                row.getString(8),
                row.getBoolean(9));
    }

    private static Relation relation(
            Shape shape,
            List<Column> columns,
            List<Key> keys,
            boolean callerIndependent,
            boolean plainWrites,
            Map<String, Origin> origins,
            Map<String, List<String>> primaryKeys) {
        return new Relation(
                shape.name(),
                shape.kind(),
                shape.comment(),
                columns,
                shape.kind() == Kind.TABLE ? primaryKey(keys) : ViewOrigins.keys(origins, primaryKeys),
                keys.stream()
                        .filter(key -> key.type().equals("u"))
                        .map(Key::columns)
                        .toList(),
                keys.stream()
                        .filter(key -> key.type().equals("f"))
                        .map(Introspection::foreignKey)
                        .toList(),
                shape.rowSecurity(),
                callerIndependent,
                (shape.changes() & 8) != 0,
                (shape.changes() & 4) != 0,
                plainWrites,
                origins);
    }

    private static List<String> primaryKey(List<Key> keys) {
        return keys.stream()
                .filter(key -> key.type().equals("p"))
                .findFirst()
                .map(Key::columns)
                .orElse(List.of());
    }

    private boolean exists(String query) {
        return !session.query(query.formatted(schema), row -> row.getInt(1)).isEmpty();
    }

    // A materialized view holds rows; reading them asks nobody. A view's query may ask who reads. With a cast of the
    // blueprint's own a value of its types becomes JSON by its code, with a domain's CHECK a filter's value becomes
    // one.
    private boolean isCallerIndependent(Kind kind, List<Column> columns, boolean ownCasts, boolean ownCode) {
        return kind != Kind.VIEW
                && columns.stream()
                        .noneMatch(column -> column.generation() == Generation.VIRTUAL
                                || column.type().origin() == ColumnType.Origin.HOUSE
                                        && (ownCasts || ownCode && !types.isEnum(column.type())));
    }

    private static ForeignKey foreignKey(Key key) {
        return new ForeignKey(key.name(), key.columns(), String.valueOf(key.referenced()), key.referencedColumns());
    }

    private Map<Long, List<Column>> columns() {
        return session.query(COLUMNS.formatted(schema), row -> new Owned<>(row.getLong(1), column(row))).stream()
                .collect(Collectors.groupingBy(Owned::relation, Collectors.mapping(Owned::value, Collectors.toList())));
    }

    private Column column(ResultSet row) throws SQLException {
        var generation = generation(row.getString(7), row.getString(8));
        boolean isDefault = generation != Generation.STORED && generation != Generation.VIRTUAL;
        return new Column(
                row.getString(2),
                types.type(row.getLong(3), row.getString(4)),
                !row.getBoolean(5),
                isDefault ? row.getString(6) : null,
                generation,
                row.getString(9));
    }

    private static Generation generation(String identity, String generated) {
        return switch (identity + generated) {
            case "a" -> Generation.IDENTITY_ALWAYS;
            case "d" -> Generation.IDENTITY_BY_DEFAULT;
            case "s" -> Generation.STORED;
            case "v" -> Generation.VIRTUAL;
            default -> Generation.NONE;
        };
    }

    private static Key key(ResultSet row) throws SQLException {
        return new Key(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                List.of((String[]) row.getArray(5).getArray()),
                List.of((String[]) row.getArray(6).getArray()));
    }
}
