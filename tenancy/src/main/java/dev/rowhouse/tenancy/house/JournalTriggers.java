package dev.rowhouse.tenancy.house;

import static dev.rowhouse.platform.postgres.Quoting.literal;

import dev.rowhouse.platform.postgres.AdministrativeSession;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.catalog.JournalMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Attaches the journal to a house's tables: one trigger for each kind of change, for a transition table allows one alone, on
 * partitions too, which can be written by their own names.
 *
 * <p>Attached after the catalog was read: what the blueprint's own triggers do to a write is asked there, and ours change
 * nothing that a session could see.
 */
final class JournalTriggers {

    // Statement triggers fire in the order of their names, and ours comes last.
    private static final String NAME = "~rowhouse_journal_";

    private static final String LATE = """
            SELECT c.relname || '.' || t.tgname FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
            WHERE c.relnamespace = %s::pg_catalog.regnamespace::pg_catalog.oid AND NOT t.tgisinternal
              AND t.tgname::pg_catalog.text COLLATE "C" >= '~' LIMIT 1""";

    private static final String TABLES = JournalReach.RUNNING + """
            SELECT pg_catalog.format('%%I.%%I', c.relnamespace::pg_catalog.regnamespace::pg_catalog.name, c.relname),
              pg_catalog.obj_description(coalesce(parent.oid, c.oid), 'pg_class'),
              ARRAY(SELECT a.attname::text FROM pg_catalog.pg_constraint k,
                pg_catalog.unnest(k.conkey) WITH ORDINALITY AS n (num, i), pg_catalog.pg_attribute a
                WHERE k.conrelid = c.oid AND k.contype = 'p' AND a.attrelid = c.oid AND a.attnum = n.num ORDER BY n.i)
            FROM pg_catalog.pg_class c
              LEFT JOIN LATERAL (SELECT p.relid AS oid FROM pg_catalog.pg_partition_root(c.oid) AS p (relid)) AS parent
                ON c.relispartition
            WHERE c.relnamespace = %1$s::pg_catalog.regnamespace::pg_catalog.oid AND c.relkind IN ('r', 'p')
              AND c.relpersistence <> 't' AND c.oid NOT IN (SELECT relation FROM running)
            ORDER BY 1""";

    private record Table(String sql, @Nullable String comment, List<String> key) {}

    private JournalTriggers() {}

    /** Attaches them, as the house's owner and within the transaction that builds the house. */
    static void attach(AdministrativeSession builder, HouseId house) {
        var schema = literal(house.schema().value());
        builder.query(LATE.formatted(schema), row -> row.getString(1)).stream()
                .findFirst()
                .ifPresent(JournalTriggers::refuse);
        var statements = new ArrayList<String>();
        builder.query(
                        TABLES.formatted(schema),
                        row -> new Table(row.getString(1), row.getString(2), strings((Object[])
                                row.getArray(3).getArray())))
                .forEach(table -> statements.addAll(statements(table)));
        if (!statements.isEmpty()) {
            builder.execute(String.join(";", statements));
        }
    }

    private static List<String> strings(Object[] texts) {
        return Arrays.stream(texts).map(String::valueOf).toList();
    }

    private static void refuse(String trigger) {
        throw new HouseError.LeavesHouse(
                HouseError.LeavesHouse.NO_PART,
                "trigger " + trigger + " would fire after the journal's (expected: a name that begins before ~)");
    }

    private static List<String> statements(Table table) {
        var mode = JournalMode.of(table.comment());
        if (mode == JournalMode.OFF) {
            return List.of();
        }
        var arguments =
                new StringBuilder(mode == JournalMode.KEYS && !table.key().isEmpty() ? "'keys'" : "'rows'");
        table.key().forEach(column -> arguments.append(", ").append(literal(column)));
        return List.of(
                trigger(table, "insert", "INSERT", " REFERENCING NEW TABLE AS new_rows", arguments),
                trigger(
                        table,
                        "update",
                        "UPDATE",
                        " REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
                        arguments),
                trigger(table, "delete", "DELETE", " REFERENCING OLD TABLE AS old_rows", arguments),
                trigger(table, "truncate", "TRUNCATE", "", arguments));
    }

    private static String trigger(Table table, String name, String event, String images, CharSequence arguments) {
        return "CREATE TRIGGER \"" + NAME + name + "\" AFTER " + event + " ON " + table.sql() + images
                + " FOR EACH STATEMENT EXECUTE FUNCTION rowhouse.journal_" + name + "(" + arguments + ")";
    }
}
