package dev.rowhouse.tenancy.house;

import static dev.rowhouse.platform.postgres.Quoting.identifier;

import dev.rowhouse.platform.postgres.AdministrativeSession;
import dev.rowhouse.platform.postgres.PostgresLogin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Where a shard keeps its journal ({@code journal.sql}), and who reaches it.
 *
 * <p>Nobody who serves requests has a right on it; its triggers write with the rights of its owner. One login reads it and
 * moves the registry of its readers.
 */
final class JournalKeeping {

    private static final String OWNER = "rowhouse_journal";

    // Functions of a house that run as its owner may alter its tables, but not what the journal stands on: its
    // triggers, which CREATE OR REPLACE would take too, and that no code of the house runs when a row is turned into
    // JSON.
    private static final String GUARD = """
            CREATE OR REPLACE FUNCTION rowhouse.guard_journal() RETURNS event_trigger LANGUAGE plpgsql
            SET search_path = pg_catalog, pg_temp AS $function$
            BEGIN
              IF (session_user ~ '^rowhouse_lane_' OR EXISTS (
                SELECT FROM pg_auth_members AS m JOIN pg_roles AS lane ON lane.oid = m.roleid
                WHERE m.member = session_user::regrole AND (m.set_option OR m.inherit_option)
                  AND lane.rolname ~ '^rowhouse_lane_'))
                AND (tg_event = 'ddl_command_start' OR EXISTS (
                SELECT FROM pg_event_trigger_ddl_commands() AS d JOIN pg_trigger AS t ON t.tgrelid = d.objid
                WHERE t.tgname LIKE '~rowhouse%' AND t.tgenabled <> 'O'))
              THEN
                RAISE EXCEPTION 'the journal does not allow this % while requests are served', tg_tag
                  USING ERRCODE = 'insufficient_privilege';
              END IF;
            END $function$;
            DROP EVENT TRIGGER IF EXISTS rowhouse_guard_journal_start;
            DROP EVENT TRIGGER IF EXISTS rowhouse_guard_journal_end;
            CREATE EVENT TRIGGER rowhouse_guard_journal_start ON ddl_command_start
              WHEN TAG IN ('CREATE TRIGGER', 'DROP TRIGGER', 'ALTER TRIGGER', 'CREATE CAST') EXECUTE FUNCTION rowhouse.guard_journal();
            CREATE EVENT TRIGGER rowhouse_guard_journal_end ON ddl_command_end
              WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION rowhouse.guard_journal()""";

    private JournalKeeping() {}

    /** Running it again changes nothing but the functions. */
    static void install(AdministrativeSession database, PostgresLogin reader) {
        var login = identifier(reader.user());
        ShardPreparation.role(database, OWNER, "NOLOGIN NOINHERIT");
        database.execute("GRANT USAGE, CREATE ON SCHEMA rowhouse TO " + OWNER);
        database.execute("SET LOCAL ROLE " + OWNER);
        database.execute(objects());
        database.execute("GRANT SELECT ON rowhouse.journal, rowhouse.journal_position TO " + login
                + "; GRANT SELECT, INSERT, UPDATE ON rowhouse.journal_reader TO " + login
                + "; GRANT EXECUTE ON FUNCTION rowhouse.keep_journal(interval), rowhouse.journal_key(json, text[]),"
                + " rowhouse.journal_readable(json) TO "
                + login);
        database.execute("SELECT rowhouse.keep_journal('100 years')");
        database.execute("RESET ROLE");
        database.execute(GUARD);
    }

    private static String objects() {
        try (var script = Objects.requireNonNull(JournalKeeping.class.getResourceAsStream("journal.sql"))) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
