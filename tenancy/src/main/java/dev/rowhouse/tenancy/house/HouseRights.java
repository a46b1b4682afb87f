package dev.rowhouse.tenancy.house;

import static dev.rowhouse.platform.postgres.Quoting.literal;

import dev.rowhouse.platform.postgres.AdministrativeSession;
import dev.rowhouse.tenancy.HouseId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a blueprint made and whom it gave rights, as read from PostgreSQL's catalogs after it ran.
 *
 * @param objects everything rights can be given on, in no order
 */
record HouseRights(
        List<HouseObject> objects, List<Right> rights, List<Policy> policies, List<FutureRight> futureRights) {

    /** What kind of thing an object is, by the word of {@code GRANT … ON}. */
    enum Kind {
        TABLE("TABLE"),
        VIEW("TABLE"),
        MATERIALIZED_VIEW("TABLE"),
        SEQUENCE("SEQUENCE"),
        ROUTINE("ROUTINE"),
        TYPE("TYPE"),
        SCHEMA("SCHEMA");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    /**
     * An object of the house.
     *
     * @param sql its qualified and quoted name, for a routine with its argument types
     * @param invoker of a view: whether the blueprint says itself with whose rights it reads
     * @param wandering of a routine: whether its names are looked up when it runs, by the search path of that moment
     */
    record HouseObject(Kind kind, String sql, boolean invoker, boolean wandering) {}

    /**
     * A right that somebody other than the owner has.
     *
     * @param column quoted; null for a right on the whole object
     * @param grantee a role; empty for PUBLIC
     */
    record Right(Kind kind, String sql, @Nullable String column, String grantee, String privilege) {}

    /**
     * A row-level policy that names roles.
     *
     * @param roles as the blueprint names them; empty text for PUBLIC
     */
    record Policy(String table, String name, List<String> roles) {}

    /**
     * A right that objects made later would carry.
     *
     * @param kind by the word of {@code ALTER DEFAULT PRIVILEGES … ON}
     * @param inSchema whether it was given for this schema and not for the owner as such
     * @param grantee a role; empty for PUBLIC
     */
    record FutureRight(String kind, boolean inSchema, String grantee) {}

    private static final String OWNED = """
            WITH house AS (SELECT oid, nspowner FROM pg_namespace WHERE nspname = %s),
            owned AS (
              SELECT d.classid, d.objid, house.nspowner AS owner FROM pg_shdepend d, house
              WHERE d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
                AND d.refclassid = 'pg_authid'::regclass AND d.refobjid = house.nspowner AND d.deptype = 'o'),
            objects AS (
              SELECT CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED_VIEW' WHEN 'S' THEN 'SEQUENCE'
                  ELSE 'TABLE' END AS kind, c.oid,
                format('%%I.%%I', c.relnamespace::regnamespace::name, c.relname) AS sql,
                coalesce(array_to_string(c.reloptions, ',') ~ '(^|,)security_invoker=', false) AS invoker,
                false AS wandering, c.relacl AS acl, o.owner
              FROM owned o JOIN pg_class c ON c.oid = o.objid
              WHERE o.classid = 'pg_class'::regclass AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
              UNION ALL
              SELECT 'ROUTINE', p.oid, format('%%I.%%I(%%s)', p.pronamespace::regnamespace::name, p.proname,
                  pg_get_function_identity_arguments(p.oid)), false,
                p.prokind <> 'a' AND (p.prosecdef OR l.lanname = 'plpgsql' OR l.lanname = 'sql' AND p.prosqlbody IS NULL),
                coalesce(p.proacl, acldefault('f', p.proowner)), o.owner
              FROM owned o JOIN pg_proc p ON p.oid = o.objid JOIN pg_language l ON l.oid = p.prolang
              WHERE o.classid = 'pg_proc'::regclass
              UNION ALL
              SELECT 'TYPE', t.oid, format('%%I.%%I', t.typnamespace::regnamespace::name, t.typname), false, false,
                coalesce(t.typacl, acldefault('T', t.typowner)), o.owner
              FROM owned o JOIN pg_type t ON t.oid = o.objid
              WHERE o.classid = 'pg_type'::regclass AND t.typtype IN ('c', 'd', 'e', 'r')
              UNION ALL
              SELECT 'TYPE', t.oid, format('%%I.%%I', t.typnamespace::regnamespace::name, t.typname), false, false,
                coalesce(t.typacl, acldefault('T', t.typowner)), o.owner
              FROM owned o JOIN pg_class c ON c.oid = o.objid JOIN pg_type t ON t.oid = c.reltype
              WHERE o.classid = 'pg_class'::regclass AND c.relkind IN ('r', 'p', 'v', 'm')
              UNION ALL
              SELECT 'SCHEMA', n.oid, format('%%I', n.nspname), false, false, n.nspacl, o.owner
              FROM owned o JOIN pg_namespace n ON n.oid = o.objid WHERE o.classid = 'pg_namespace'::regclass)
            """;

    private static final String OBJECTS =
            OWNED + "SELECT kind, sql, invoker, wandering FROM objects ORDER BY kind, sql";

    private static final String RIGHTS = OWNED + """
            SELECT kind, sql, col, CASE a.grantee WHEN 0 THEN '' ELSE pg_get_userbyid(a.grantee) END, a.privilege_type
            FROM (
              SELECT kind, sql, NULL::text AS col, acl, owner FROM objects
              UNION ALL
              SELECT kind, sql, quote_ident(attname), attacl, owner FROM objects JOIN pg_attribute ON attrelid = oid
              WHERE kind IN ('TABLE', 'VIEW', 'MATERIALIZED_VIEW') AND attacl IS NOT NULL) AS x,
              LATERAL aclexplode(x.acl) AS a
            WHERE a.grantee <> x.owner ORDER BY 1, 2, 3, 4, 5""";

    private static final String POLICIES = OWNED + """
            SELECT sql, quote_ident(p.polname), array_to_string(ARRAY(
              SELECT CASE r WHEN 0 THEN '' ELSE pg_get_userbyid(r) END FROM unnest(p.polroles) AS r), ',')
            FROM objects JOIN pg_policy p ON p.polrelid = objects.oid WHERE kind = 'TABLE' ORDER BY 1, 2""";

    private static final String FUTURE_RIGHTS = OWNED + """
            SELECT DISTINCT CASE f.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS'
                WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END,
              f.defaclnamespace <> 0, CASE a.grantee WHEN 0 THEN '' ELSE pg_get_userbyid(a.grantee) END
            FROM owned o JOIN pg_default_acl f ON f.oid = o.objid, LATERAL aclexplode(f.defaclacl) AS a
            WHERE o.classid = 'pg_default_acl'::regclass AND a.grantee <> o.owner ORDER BY 1, 2, 3""";

    HouseRights {
        objects = List.copyOf(objects);
        rights = List.copyOf(rights);
        policies = List.copyOf(policies);
        futureRights = List.copyOf(futureRights);
    }

    /** Reads the rights in the transaction that made them; the search path holds {@code pg_catalog} alone. */
    static HouseRights read(AdministrativeSession session, HouseId house) {
        var schema = literal(house.schema().value());
        return new HouseRights(
                session.query(
                        OBJECTS.formatted(schema),
                        row -> new HouseObject(
                                Kind.valueOf(row.getString(1)),
                                row.getString(2),
                                row.getBoolean(3),
                                row.getBoolean(4))),
                session.query(
                        RIGHTS.formatted(schema),
                        row -> new Right(
                                Kind.valueOf(row.getString(1)),
                                row.getString(2),
                                row.getString(3),
                                row.getString(4),
                                row.getString(5))),
                session.query(
                        POLICIES.formatted(schema),
                        row -> new Policy(
                                row.getString(1),
                                row.getString(2),
                                List.of(row.getString(3).split(",", -1)))),
                session.query(
                        FUTURE_RIGHTS.formatted(schema),
                        row -> new FutureRight(row.getString(1), row.getBoolean(2), row.getString(3))));
    }
}
