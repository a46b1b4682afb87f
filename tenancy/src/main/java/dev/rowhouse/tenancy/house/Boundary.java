package dev.rowhouse.tenancy.house;

import static dev.rowhouse.platform.postgres.Quoting.literal;

import dev.rowhouse.platform.postgres.AdministrativeSession;
import dev.rowhouse.tenancy.HouseId;

/**
 * What must be true after a blueprint has run: same transaction, same role, and nothing that belongs to the house's owner
 * stands or leads outside the house. The wall itself is what the builder's login may do; this is the second look.
 */
final class Boundary {

    // Whatever the blueprint put on the search path, our own queries are looked up where nobody but PostgreSQL wrote.
    private static final String TRUSTED_PATH = "SET LOCAL search_path = pg_catalog, pg_temp";

    // Every role may change its own password and settings: whether one did shows in the version of its row.
    private static final String STANDING = """
            SELECT concat_ws(' ', pg_current_xact_id(), session_user, current_user,
              (SELECT string_agg(xmin::text, ' ' ORDER BY rolname) FROM pg_authid
                WHERE rolname IN (session_user, current_user)),
              (SELECT string_agg(setconfig::text, ' ' ORDER BY setrole, setdatabase) FROM pg_db_role_setting
                WHERE setrole IN (session_user::regrole, current_user::regrole)))""";

    // Everything is found through what its owner owns: a search by schema would read the catalogs of the whole fleet.
    private static final String OUTSIDE = """
            WITH house AS (SELECT oid, nspowner FROM pg_namespace WHERE nspname = %s),
            owned AS (
              SELECT d.classid, d.objid FROM pg_shdepend d, house
              WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = house.nspowner AND d.deptype = 'o'),
            parts AS (
              SELECT classid, objid FROM owned
              UNION SELECT 'pg_constraint'::regclass, c.oid FROM pg_constraint c, owned o
                WHERE o.classid = 'pg_class'::regclass AND c.conrelid = o.objid
              UNION SELECT 'pg_attrdef'::regclass, a.oid FROM pg_attrdef a, owned o
                WHERE o.classid = 'pg_class'::regclass AND a.adrelid = o.objid
              UNION SELECT 'pg_rewrite'::regclass, r.oid FROM pg_rewrite r, owned o
                WHERE o.classid = 'pg_class'::regclass AND r.ev_class = o.objid
              UNION SELECT 'pg_trigger'::regclass, t.oid FROM pg_trigger t, owned o
                WHERE o.classid = 'pg_class'::regclass AND t.tgrelid = o.objid
              UNION SELECT 'pg_policy'::regclass, p.oid FROM pg_policy p, owned o
                WHERE o.classid = 'pg_class'::regclass AND p.polrelid = o.objid),
            touched AS (
              SELECT classid, objid FROM owned
              UNION SELECT d.refclassid, d.refobjid FROM pg_depend d JOIN parts p USING (classid, objid)
                WHERE d.refclassid IN ('pg_class'::regclass, 'pg_type'::regclass, 'pg_proc'::regclass,
                  'pg_operator'::regclass, 'pg_collation'::regclass, 'pg_ts_config'::regclass,
                  'pg_ts_dict'::regclass, 'pg_namespace'::regclass))
            SELECT pg_describe_object(t.classid, t.objid, 0)
            FROM touched t, house,
              LATERAL (SELECT CASE t.classid
                WHEN 'pg_class'::regclass THEN (SELECT relnamespace FROM pg_class WHERE oid = t.objid)
                WHEN 'pg_type'::regclass THEN (SELECT typnamespace FROM pg_type WHERE oid = t.objid)
                WHEN 'pg_proc'::regclass THEN (SELECT pronamespace FROM pg_proc WHERE oid = t.objid)
                WHEN 'pg_operator'::regclass THEN (SELECT oprnamespace FROM pg_operator WHERE oid = t.objid)
                WHEN 'pg_collation'::regclass THEN (SELECT collnamespace FROM pg_collation WHERE oid = t.objid)
                WHEN 'pg_ts_config'::regclass THEN (SELECT cfgnamespace FROM pg_ts_config WHERE oid = t.objid)
                WHEN 'pg_ts_dict'::regclass THEN (SELECT dictnamespace FROM pg_ts_dict WHERE oid = t.objid)
                WHEN 'pg_opclass'::regclass THEN (SELECT opcnamespace FROM pg_opclass WHERE oid = t.objid)
                WHEN 'pg_opfamily'::regclass THEN (SELECT opfnamespace FROM pg_opfamily WHERE oid = t.objid)
                WHEN 'pg_conversion'::regclass THEN (SELECT connamespace FROM pg_conversion WHERE oid = t.objid)
                WHEN 'pg_statistic_ext'::regclass THEN (SELECT stxnamespace FROM pg_statistic_ext WHERE oid = t.objid)
                WHEN 'pg_namespace'::regclass THEN t.objid
                WHEN 'pg_default_acl'::regclass THEN (SELECT CASE defaclnamespace WHEN 0 THEN house.oid ELSE
                  defaclnamespace END FROM pg_default_acl WHERE oid = t.objid)
                END AS namespace) AS place
            WHERE place.namespace IS NULL OR place.namespace NOT IN
              (house.oid, 'pg_catalog'::regnamespace, 'extensions'::regnamespace, 'pg_toast'::regnamespace)
            LIMIT 1""";

    private Boundary() {}

    /**
     * Returns who and in which transaction the session is: what {@link #checkPart} compares with. Leaves a search path of
     * {@code pg_catalog} alone.
     */
    static String standing(AdministrativeSession builder) {
        builder.execute(TRUSTED_PATH);
        return builder.query(STANDING, row -> row.getString(1)).getFirst();
    }

    /** Checks that the part left transaction and role as they were. */
    static void checkPart(AdministrativeSession builder, int part, String before) {
        if (!standing(builder).equals(before)) {
            throw new HouseError.LeavesHouse(
                    part, "the blueprint ended its transaction, or changed the role it runs as or is");
        }
    }

    /** Checks that everything the house's owner has, and everything that uses, is inside the house. */
    static void checkObjects(AdministrativeSession builder, HouseId house) {
        builder.query(OUTSIDE.formatted(literal(house.schema().value())), row -> row.getString(1)).stream()
                .findFirst()
                .ifPresent(object -> {
                    throw new HouseError.LeavesHouse(
                            HouseError.LeavesHouse.NO_PART,
                            "the blueprint makes or uses " + object
                                    + ", which is outside the house (allowed: pg_catalog, extensions and its own objects)");
                });
    }
}
