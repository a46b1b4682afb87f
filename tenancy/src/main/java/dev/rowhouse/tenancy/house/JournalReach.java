package dev.rowhouse.tenancy.house;

import static dev.rowhouse.platform.postgres.Quoting.literal;

import dev.rowhouse.platform.postgres.AdministrativeSession;
import dev.rowhouse.tenancy.HouseId;
import java.util.Set;

/** Which tables of a house the journal leaves out, whatever their comments say. */
public final class JournalReach {

    // The images of rows are made with the rights of the journal's owner, so nothing of the blueprint's may run then: a
    // cast to JSON of a type of its own would. Domains are cast as what they are made of.
    static final String RUNNING = """
            WITH RECURSIVE used (relation, type) AS (
              SELECT c.oid, a.atttypid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
              WHERE c.relnamespace = %1$s::pg_catalog.regnamespace::pg_catalog.oid AND c.relkind IN ('r', 'p')
                AND a.attnum > 0 AND NOT a.attisdropped
              UNION
              SELECT u.relation, p.type FROM used u JOIN pg_catalog.pg_type t ON t.oid = u.type,
                LATERAL (SELECT t.typbasetype UNION ALL SELECT t.typelem
                  UNION ALL SELECT a.atttypid FROM pg_catalog.pg_attribute a
                    WHERE a.attrelid = t.typrelid AND t.typrelid <> 0 AND a.attnum > 0 AND NOT a.attisdropped
                  UNION ALL SELECT r.rngsubtype FROM pg_catalog.pg_range r WHERE t.oid IN (r.rngtypid, r.rngmultitypid))
                  AS p (type)
              WHERE p.type <> 0::pg_catalog.oid),
            running AS (
              SELECT DISTINCT u.relation FROM used u JOIN pg_catalog.pg_cast k ON k.castsource = u.type
                JOIN pg_catalog.pg_type t ON t.oid = u.type
              WHERE t.typtype <> 'd' AND k.casttarget = 'pg_catalog.json'::pg_catalog.regtype::pg_catalog.oid
                AND k.castfunc >= 16384::pg_catalog.oid)
            """;

    private JournalReach() {}

    /** Returns the tables' oids. */
    public static Set<Long> leftOut(AdministrativeSession session, HouseId house) {
        var schema = literal(house.schema().value());
        return Set.copyOf(
                session.query((RUNNING + "SELECT relation FROM running").formatted(schema), row -> row.getLong(1)));
    }
}
