package dev.rowhouse.tenancy.blueprint;

import dev.rowhouse.platform.postgres.AdministrativeSession;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Finds the tables of which a write runs the blueprint's own code, or code nobody vouches for.
 *
 * <p>What is known to be harmless counts as such, nothing else: PostgreSQL keeps no record that an expression uses one of its
 * own functions, and some of those run text that they are given.
 */
final class OwnWriteCode {

    // Immutable functions look at nothing but their arguments; these look at the clock or a sequence besides. None
    // looks at a
    // setting: a write of a plain table does not set the caller's claims.
    private static final String HARMLESS = """
            SELECT p.oid FROM pg_catalog.pg_proc p
            WHERE p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace::pg_catalog.oid AND p.prokind = 'f'
              AND (p.provolatile = 'i' OR p.proname IN ('nextval', 'now', 'transaction_timestamp',
                'statement_timestamp', 'clock_timestamp', 'timeofday', 'gen_random_uuid', 'uuidv4', 'uuidv7', 'random',
                'date', 'time', 'timetz', 'timestamp', 'timestamptz', 'timezone', 'to_char',
                'to_timestamp', 'to_date', 'date_trunc', 'date_part', 'extract', 'age', 'concat', 'concat_ws',
                'textanycat', 'anytextcat', 'to_tsvector', 'timestamptz_pl_interval', 'timestamptz_mi_interval',
                'pg_current_xact_id') OR p.proname ~ '^(date|timestamp|timestamptz)_[a-z]+_(date|timestamp|timestamptz)$')""";

    private static final Set<String> PLAIN_NODES = Set.of(
            "VAR",
            "CONST",
            "FUNCEXPR",
            "NAMEDARGEXPR",
            "OPEXPR",
            "DISTINCTEXPR",
            "NULLIFEXPR",
            "SCALARARRAYOPEXPR",
            "BOOLEXPR",
            "RELABELTYPE",
            "COERCEVIAIO",
            "CASEEXPR",
            "CASEWHEN",
            "CASETESTEXPR",
            "ARRAYEXPR",
            "COALESCEEXPR",
            "MINMAXEXPR",
            "SQLVALUEFUNCTION",
            "NULLTEST",
            "BOOLEANTEST",
            "COERCETODOMAINVALUE",
            "NEXTVALUEEXPR");

    // An enum is a value among others. Whatever else the house makes (domains aside, whose expressions are looked at)
    // may
    // run code when a value is made.
    private static final String USED_TYPES = """
            WITH RECURSIVE relations AS (
              SELECT c.oid FROM pg_catalog.pg_class c
              WHERE c.relnamespace = %1$s::pg_catalog.regnamespace::pg_catalog.oid AND c.relkind IN ('r', 'p')),
            used (relation, type) AS (
              SELECT r.oid, a.atttypid FROM relations r JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid
              WHERE a.attnum > 0 AND NOT a.attisdropped
              UNION
              SELECT u.relation, p.type FROM used u JOIN pg_catalog.pg_type t ON t.oid = u.type,
                LATERAL (VALUES (t.typbasetype), (t.typelem)) AS p (type)
              WHERE p.type <> 0::pg_catalog.oid),
            own (relation, type, sort, plain, text) AS (
              SELECT u.relation, t.oid, t.typtype, t.typtype IN ('e', 'd') OR t.typtype = 'b' AND t.typelem <> 0::pg_catalog.oid,
                t.typdefaultbin::pg_catalog.text
              FROM used u JOIN pg_catalog.pg_type t ON t.oid = u.type
              WHERE t.typnamespace = %1$s::pg_catalog.regnamespace::pg_catalog.oid)
            """;

    private static final String FLAWED_TYPES = USED_TYPES + """
            SELECT relation FROM own WHERE NOT plain
            UNION SELECT relation FROM own WHERE EXISTS (SELECT 1 FROM pg_catalog.pg_cast c JOIN pg_catalog.pg_proc p
              ON p.oid = c.castfunc WHERE p.pronamespace = %1$s::pg_catalog.regnamespace::pg_catalog.oid)""";

    private static final String FLAWED = USED_TYPES + """
            SELECT r.oid FROM relations r JOIN pg_catalog.pg_trigger t ON t.tgrelid = r.oid WHERE NOT t.tgisinternal
            UNION SELECT r.oid FROM relations r JOIN pg_catalog.pg_rewrite w ON w.ev_class = r.oid
            UNION SELECT r.oid FROM relations r JOIN pg_catalog.pg_constraint k ON k.conrelid = r.oid
              JOIN pg_catalog.pg_class c ON c.oid = k.confrelid WHERE k.contype = 'f' AND c.relforcerowsecurity
            UNION SELECT k.confrelid FROM relations r JOIN pg_catalog.pg_constraint k ON k.conrelid = r.oid
              JOIN pg_catalog.pg_class c ON c.oid = k.conrelid WHERE k.contype = 'f' AND c.relforcerowsecurity""";

    private static final String DEFAULTS = USED_TYPES + """
            SELECT r.oid, d.adbin::pg_catalog.text FROM relations r JOIN pg_catalog.pg_attrdef d ON d.adrelid = r.oid""";

    private static final String EXPRESSIONS = USED_TYPES + """
            SELECT r.oid, k.conbin::pg_catalog.text FROM relations r
              JOIN pg_catalog.pg_constraint k ON k.conrelid = r.oid WHERE k.conbin IS NOT NULL
            UNION ALL SELECT r.oid, x.text FROM relations r JOIN pg_catalog.pg_index i ON i.indrelid = r.oid,
              LATERAL (VALUES (i.indexprs::pg_catalog.text), (i.indpred::pg_catalog.text)) AS x (text)
              WHERE x.text IS NOT NULL
            UNION ALL SELECT r.oid, p.partexprs::pg_catalog.text FROM relations r
              JOIN pg_catalog.pg_partitioned_table p ON p.partrelid = r.oid WHERE p.partexprs IS NOT NULL
            UNION ALL SELECT relation, text FROM own WHERE text IS NOT NULL
            UNION ALL SELECT o.relation, k.conbin::pg_catalog.text FROM own o
              JOIN pg_catalog.pg_constraint k ON k.contypid = o.type WHERE k.conbin IS NOT NULL""";

    private static final String OWN_VALUES = """
            SELECT t.oid FROM pg_catalog.pg_type t
            WHERE t.typnamespace = %1$s::pg_catalog.regnamespace::pg_catalog.oid AND t.typtype <> 'e'""";

    private static final String PARTS = """
            SELECT i.inhparent, i.inhrelid FROM pg_catalog.pg_inherits i
            JOIN pg_catalog.pg_class c ON c.oid = i.inhparent
            WHERE c.relnamespace = %1$s::pg_catalog.regnamespace::pg_catalog.oid""";

    // A row of one side is looked for when one of the other changes. Planning that folds what the indexes and parts
    // tell of
    // themselves, and comparing may convert. The policies of a table that forces them ask even such a look, above.
    private static final String LOOKED_AT = """
            SELECT k.conrelid, k.confrelid FROM pg_catalog.pg_constraint k
            WHERE k.connamespace = %1$s::pg_catalog.regnamespace::pg_catalog.oid AND k.contype = 'f'
            UNION ALL SELECT k.confrelid, k.conrelid FROM pg_catalog.pg_constraint k
            WHERE k.connamespace = %1$s::pg_catalog.regnamespace::pg_catalog.oid AND k.contype = 'f'""";

    // From a relation to those that a write to it reaches: its parts and, by an action of a foreign key, those that
    // refer.
    private static final String REACHED = PARTS + """

            UNION ALL SELECT k.confrelid, k.conrelid FROM pg_catalog.pg_constraint k
            WHERE k.connamespace = %1$s::pg_catalog.regnamespace::pg_catalog.oid AND k.contype = 'f'
              AND (k.confupdtype IN ('c', 'n', 'd') OR k.confdeltype IN ('c', 'n', 'd'))""";

    private record Expression(long relation, String tree) {}

    private record Way(long from, long to) {}

    private OwnWriteCode() {}

    /** Returns the numbers of those tables. */
    static Set<Long> read(AdministrativeSession session, String schema) {
        var harmless = Set.copyOf(session.query(HARMLESS, row -> row.getLong(1)));
        var values = Set.copyOf(session.query(OWN_VALUES.formatted(schema), row -> row.getLong(1)));
        Predicate<Expression> runsCode = expression -> !isHarmless(expression.tree(), harmless, values);
        var seen = numbers(session, FLAWED_TYPES, schema);
        expressions(session, EXPRESSIONS, schema).filter(runsCode).forEach(found -> seen.add(found.relation()));
        var looked = reaching(seen, ways(session, PARTS, schema));
        var flawed = numbers(session, FLAWED, schema);
        expressions(session, DEFAULTS, schema).filter(runsCode).forEach(found -> flawed.add(found.relation()));
        ways(session, LOOKED_AT, schema).stream()
                .filter(way -> looked.contains(way.to()))
                .forEach(way -> flawed.add(way.from()));
        flawed.addAll(looked);
        return reaching(flawed, ways(session, REACHED, schema));
    }

    private static Set<Long> numbers(AdministrativeSession session, String query, String schema) {
        return new HashSet<>(session.query(query.formatted(schema), row -> row.getLong(1)));
    }

    private static Stream<Expression> expressions(AdministrativeSession session, String query, String schema) {
        return session.query(query.formatted(schema), row -> new Expression(row.getLong(1), row.getString(2))).stream();
    }

    private static List<Way> ways(AdministrativeSession session, String query, String schema) {
        return session.query(query.formatted(schema), row -> new Way(row.getLong(1), row.getLong(2)));
    }

    private static boolean isHarmless(String tree, Set<Long> harmless, Set<Long> values) {
        return PLAIN_NODES.containsAll(NodeTree.nodes(tree))
                && harmless.containsAll(NodeTree.functions(tree))
                && NodeTree.conversions(tree).stream().noneMatch(values::contains);
    }

    private static Set<Long> reaching(Set<Long> flawed, List<Way> ways) {
        Map<Long, Set<Long>> back = new HashMap<>();
        ways.forEach(way -> back.computeIfAbsent(way.to(), _ -> new HashSet<>()).add(way.from()));
        var found = new HashSet<>(flawed);
        var next = new ArrayDeque<>(flawed);
        while (!next.isEmpty()) {
            for (var from : back.getOrDefault(next.remove(), Set.of())) {
                if (found.add(from)) {
                    next.add(from);
                }
            }
        }
        return found;
    }
}
