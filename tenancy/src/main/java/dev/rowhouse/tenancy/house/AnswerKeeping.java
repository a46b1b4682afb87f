package dev.rowhouse.tenancy.house;

import dev.rowhouse.platform.postgres.AdministrativeSession;

/**
 * Where a shard keeps the answers of writes that may be asked for again, for a day.
 *
 * <p>A role that serves requests has no right on the table. It reaches its own answers through two functions of the keeper,
 * and these tell by the session's role and claims whose they are; no argument says so.
 */
final class AnswerKeeping {

    private static final String KEEPER = "rowhouse_keeper";

    private static final String OBJECTS = """
            CREATE TABLE IF NOT EXISTS rowhouse.kept_answer (
              asking text NOT NULL,
              key text NOT NULL,
              request text NOT NULL,
              status integer NOT NULL,
              headers text NOT NULL,
              body bytea,
              kept_at timestamptz NOT NULL DEFAULT now(),
              PRIMARY KEY (asking, key));
            CREATE INDEX IF NOT EXISTS kept_answer_by_age ON rowhouse.kept_answer (kept_at);

            CREATE OR REPLACE FUNCTION rowhouse.asking() RETURNS text LANGUAGE plpgsql STABLE
            SET search_path = pg_catalog, pg_temp AS $function$
            BEGIN
              IF current_setting('role') !~ '^h_[a-z2-7]{16}_[aus]$' THEN
                RAISE EXCEPTION 'no caller of a house' USING ERRCODE = 'insufficient_privilege';
              END IF;
              RETURN current_setting('role') || ' '
                || coalesce(nullif(current_setting('request.jwt.claims', true), '')::json ->> 'sub', '');
            END $function$;

            CREATE OR REPLACE FUNCTION rowhouse.claim_answer(wanted text)
            RETURNS TABLE (state text, request text, status integer, headers text, body bytea)
            LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
            DECLARE
              me CONSTANT text := rowhouse.asking();
            BEGIN
              IF NOT pg_try_advisory_xact_lock(hashtextextended(me || ' ' || wanted, 7239)) THEN
                RETURN QUERY SELECT 'running', NULL::text, NULL::integer, NULL::text, NULL::bytea;
                RETURN;
              END IF;
              DELETE FROM rowhouse.kept_answer AS a
              WHERE a.asking = me AND a.key = wanted AND a.kept_at <= now() - interval '24 hours';
              RETURN QUERY SELECT 'kept', a.request, a.status, a.headers, a.body
              FROM rowhouse.kept_answer AS a WHERE a.asking = me AND a.key = wanted;
            END $function$;

            -- A conflict is one with a transaction that this one did not see: it has to be run again.
            CREATE OR REPLACE FUNCTION rowhouse.keep_answer(
              wanted text, request text, status integer, headers text, body bytea) RETURNS void
            LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
            BEGIN
              INSERT INTO rowhouse.kept_answer (asking, key, request, status, headers, body)
              VALUES (rowhouse.asking(), $1, $2, $3, $4, $5) ON CONFLICT DO NOTHING;
              IF NOT FOUND THEN
                RAISE EXCEPTION 'the key was used meanwhile' USING ERRCODE = 'serialization_failure';
              END IF;
            END $function$;

            CREATE OR REPLACE FUNCTION rowhouse.sweep_answers() RETURNS void
            LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
              DELETE FROM rowhouse.kept_answer WHERE kept_at <= now() - interval '24 hours'
            $function$;

            REVOKE ALL ON rowhouse.kept_answer FROM PUBLIC;
            REVOKE ALL ON FUNCTION rowhouse.asking(), rowhouse.claim_answer(text), rowhouse.sweep_answers(),
              rowhouse.keep_answer(text, text, integer, text, bytea) FROM PUBLIC;
            GRANT USAGE ON SCHEMA rowhouse TO PUBLIC;
            GRANT EXECUTE ON FUNCTION rowhouse.claim_answer(text), rowhouse.sweep_answers(),
              rowhouse.keep_answer(text, text, integer, text, bytea) TO PUBLIC;
            """;

    private AnswerKeeping() {}

    /** Running it again changes nothing. */
    static void install(AdministrativeSession database) {
        ShardPreparation.role(database, KEEPER, "NOLOGIN NOINHERIT");
        database.execute("CREATE SCHEMA IF NOT EXISTS rowhouse AUTHORIZATION " + KEEPER);
        database.execute("SET LOCAL ROLE " + KEEPER);
        database.execute(OBJECTS);
        database.execute("RESET ROLE");
    }
}
