package dev.rowhouse.app.data.sql;

import dev.rowhouse.app.data.plan.Output;
import dev.rowhouse.app.data.plan.RowsPlan;
import dev.rowhouse.app.data.plan.Source;

/**
 * Writes all rows of a table as few values, in one statement that PostgreSQL carries out without ever holding more than one
 * of them: for every few blocks of the table it scans these alone and joins their rows.
 *
 * <p>The statement's snapshot holds for all of them. It is taken before the table is measured, so no row that it shows lies
 * behind the last block, and each lies in exactly one place. What a value can grow to is bounded by its blocks; that is not so
 * where values lie outside of them, and other tables' rows are no blocks of this one. PostgreSQL tells when it executes the
 * statement, and then reads row by row.
 */
final class PartsSql {

    // 16 KiB of a table make some hundred rows; more brings nothing but larger buffers.
    private static final int BLOCKS = 2;

    private PartsSql() {}

    /** Adds a {@code SELECT} of the one column {@code body}, many rows of the answer rendered. */
    static void write(RowsPlan plan, Rendering rendering, SqlText text) {
        text.words("SELECT ");
        var heading = rendering.heading(plan.outputs().stream()
                .map(output -> output instanceof Output.Value(var _, var name) ? name : "")
                .toList());
        if (!heading.isEmpty()) {
            text.words("CASE WHEN row_number() OVER () = 1 THEN ")
                    .literal(heading)
                    .words(" ELSE '' END || ");
        }
        text.words("part.body AS body FROM (SELECT part.body FROM (SELECT generate_series(0, pg_relation_size(")
                .regclass(plan.source().relation())
                .words(") / current_setting('block_size')::int8, ")
                .number(BLOCKS)
                .words(") AS first) AS block CROSS JOIN LATERAL (SELECT string_agg(")
                .words(rendering.line("r.*"))
                .words(", chr(10)) AS body FROM (");
        Level.outermost(plan, text).named();
        text.words(" WHERE " + Scope.ROW + ".ctid >= ('(' || block.first || ',0)')::tid AND " + Scope.ROW
                        + ".ctid < ('(' || block.first + ")
                .number(BLOCKS)
                .words(" || ',0)')::tid) AS r HAVING count(*) > 0) AS part WHERE ");
        isBlocks(plan.source(), text);
        text.words(" UNION ALL SELECT ").words(rendering.line("r.*")).words(" FROM (");
        Level.outermost(plan, text).named();
        text.words(") AS r WHERE NOT ");
        isBlocks(plan.source(), text);
        text.words(") AS part");
    }

    private static void isBlocks(Source source, SqlText text) {
        text.words(
                        "(SELECT c.relkind = 'r' AND NOT c.relhassubclass AND "
                                + "coalesce(pg_relation_size(nullif(c.reltoastrelid, 0)), 0) = 0 FROM pg_class AS c WHERE c.oid = ")
                .regclass(source.relation())
                .words(")");
    }
}
