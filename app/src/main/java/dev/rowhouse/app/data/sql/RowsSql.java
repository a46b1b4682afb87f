package dev.rowhouse.app.data.sql;

import dev.rowhouse.app.data.plan.EmbeddedPlan;
import dev.rowhouse.app.data.plan.Expression;
import dev.rowhouse.app.data.plan.KeysetPlan;
import dev.rowhouse.app.data.plan.Needs;
import dev.rowhouse.app.data.plan.RowsPlan;
import dev.rowhouse.app.data.query.Page;
import dev.rowhouse.app.data.query.Preferences.Count;

/**
 * Writes what becomes of the rows of a source, whichever it is, and of the rows embedded in them.
 *
 * <p>Embedded objects are subqueries among the columns, so PostgreSQL computes them after sorting, for the rows of the page
 * alone. Spread rows stand in {@code FROM}, because several columns come of each, and so does what rows are ordered by, because
 * PostgreSQL then may read it for all of them at once. Whether there are related rows is a
 * condition of its own, which PostgreSQL carries out as a semi-join or an anti-join.
 */
final class RowsSql {

    // One more than is counted exactly, which tells that there are more.
    private static final int COUNTED = Page.LARGEST + 1;

    private RowsSql() {}

    /** Adds a {@code SELECT} of the one column {@code body}, each row of the answer rendered. */
    static void answer(RowsPlan plan, Rendering rendering, SqlText text) {
        var level = Level.outermost(plan, text);
        text.words("SELECT ");
        // The row as it is takes less text, which the driver reads at each use.
        if (!plan.grouped() && level.isWholeRow() && !rendering.numbersRows()) {
            text.words(rendering.of(Scope.ROW + ".*")).words(" AS body");
            level.rest();
        } else {
            text.words(rendering.of("r.*")).words(" AS body FROM (");
            level.named();
            text.words(") AS r");
        }
    }

    /** Adds what a write returns so that {@code plan} can be answered of it. */
    static void returning(RowsPlan plan, SqlText text) {
        var columns = Needs.columns(plan);
        text.words(" RETURNING ");
        for (int i = 0; i < columns.size(); i++) {
            text.separated(i, ", ").column(Scope.ROW, columns.get(i));
        }
    }

    /** Adds a {@code SELECT} of the one column {@code head}, which tells the number of rows regardless of the page. */
    static void total(RowsPlan plan, Count count, SqlText text) {
        number(plan, count, text.words("SELECT json_build_object('total', ("));
        text.words(")) AS head");
    }

    /** Adds a {@code SELECT} of the number of rows regardless of the page. */
    static void number(RowsPlan plan, Count count, SqlText text) {
        switch (count) {
            case NONE, PLANNED, EXACT -> {
                if (plan.grouped()) {
                    all(plan, text.words("SELECT count(*) FROM ("));
                    text.words(") AS counted");
                } else {
                    Level.outermost(plan, text.words("SELECT count(*)")).source();
                }
            }
            case ESTIMATED -> {
                all(plan, text.words("SELECT count(*) FROM ("));
                text.words(" LIMIT ").number(COUNTED).words(") AS counted");
            }
        }
    }

    /** Adds a {@code SELECT} of a page's rows, each with the values of the last if the page is full. */
    static void keyed(KeysetPlan plan, Rendering rendering, SqlText text) {
        var page = plan.page();
        text.words("SELECT ")
                .words(rendering.of("page.body"))
                .words(" AS body, CASE WHEN count(*) OVER () = ")
                .number(page.page().limit(Integer.MAX_VALUE));
        text.words(
                " THEN last_value(page.keys) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) END AS next "
                        + "FROM (");
        Level.outermost(page, text).keyed();
        text.words(") AS page");
    }

    /** Adds a {@code SELECT} of all rows regardless of the page, of which only the number matters. */
    static void all(RowsPlan plan, SqlText text) {
        var whole = Level.outermost(plan.unordered(), text);
        if (plan.grouped()) {
            whole.numbered();
        } else {
            text.words("SELECT");
            whole.source();
        }
    }

    /** Adds the related rows of each row of {@code parent} as one JSON value. */
    static void embedded(EmbeddedPlan embedding, Scope parent, SqlText text) {
        var rows = text.alias("r");
        text.words(embedding.isToOne() ? "(SELECT row_to_json(" : "(SELECT coalesce(json_agg(");
        text.words(rows).words(embedding.isToOne() ? ".*) FROM (" : ".*), '[]') FROM (");
        Level.within(embedding, parent, text).named();
        text.words(") AS ").words(rows).words(")");
    }

    /** Adds a {@code SELECT} of one row with what is spread, in the columns {@code c1}, {@code c2} and so on. */
    static void spread(EmbeddedPlan embedding, Level level, SqlText text) {
        if (embedding.isToOne()) {
            level.numbered();
            return;
        }
        var rows = text.alias("r");
        text.words("SELECT ");
        for (int i = 1; i <= level.members().size(); i++) {
            text.separated(i - 1, ", ")
                    .words("coalesce(json_agg(")
                    .words(rows)
                    .words(".c")
                    .number(i);
            text.words("), '[]') AS c").number(i);
        }
        text.words(" FROM (");
        level.numbered();
        text.words(") AS ").words(rows);
    }

    /** Adds the condition that a row of {@code parent} has related rows. */
    static void hasRelated(EmbeddedPlan embedding, Scope parent, SqlText text) {
        var place = Place.Within.of(embedding, parent, text);
        place.from(text.words("EXISTS (SELECT"));
        place.where(embedding.rows().condition(), text);
        var page = embedding.rows().page();
        if (page.offset() > 0 || page.limit(1) < 1) {
            Level.page(page, text);
        }
        text.words(")");
    }

    /** Adds a {@code SELECT} of a value of the one row related to a row of {@code parent}, in the column {@code c1}. */
    static void relatedValue(Expression.Related related, Scope parent, SqlText text) {
        var embedding = related.embedding();
        var place = Place.Within.of(embedding, parent, text);
        ExpressionSql.write(related.value(), place.row(), text.words("SELECT "));
        place.from(text.words(" AS c1"));
        place.where(embedding.rows().condition(), text);
        Level.page(page(embedding), text);
    }

    /** Returns the part of the related rows that is embedded. */
    static Page page(EmbeddedPlan embedding) {
        var page = embedding.rows().page();
        if (!embedding.isToOne()) {
            return page;
        }
        int limit = page.limit(1);
        return embedding.single() && limit > 0
                ? new Page(null, page.offset())
                : new Page(Math.min(limit, 1), page.offset());
    }
}
