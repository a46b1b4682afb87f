package dev.rowhouse.app.data.sql;

import dev.rowhouse.app.data.plan.InsertPlan.Conflict;
import dev.rowhouse.app.data.plan.Needs;
import dev.rowhouse.app.data.plan.RowsPlan;
import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.Relation;
import dev.rowhouse.tenancy.shard.Write.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a write answers of the rows it changed: it stands around the write.
 *
 * @param returning null for nothing
 * @param merging the key by which rows are found that are there already and merged; null where there are none
 */
record Changed(
        Relation relation,
        @Nullable RowsPlan returning,
        @Nullable Conflict merging,
        Rendering rendering) {

    Shape shape() {
        if (merging != null) {
            return Shape.TALLY;
        }
        return returning == null ? Shape.NOTHING : Shape.ROWS;
    }

    void before(SqlText text) {
        if (merging != null) {
            text.words("WITH written AS (");
        } else if (returning != null) {
            text.words("WITH changed AS (");
        }
    }

    void after(SqlText text) {
        if (merging != null) {
            tallied(merging, text);
        } else if (returning != null) {
            RowsSql.returning(returning, text);
            RowsSql.answer(returning, rendering, text.words(") "));
        }
    }

    private void tallied(Conflict key, SqlText text) {
        var inserted = unused("inserted");
        // A row that was there already had a key.
        text.words(" RETURNING WITH (OLD AS before) ")
                .column("before", key.key().getFirst())
                .words(" IS NULL AS ")
                .name(inserted);
        var columns = returning == null ? List.<Column>of() : Needs.columns(returning);
        for (var column : columns) {
            text.words(", ").column(Scope.ROW, column);
        }
        text.words(")");
        if (returning != null) {
            text.words(", changed AS (SELECT ");
            for (int i = 0; i < columns.size(); i++) {
                text.separated(i, ", ").column("written", columns.get(i));
            }
            text.words(" FROM written)");
        }
        text.words(" SELECT answer.body, tally.changed, tally.inserted FROM (SELECT count(*) AS changed, "
                + "count(*) FILTER (WHERE written.");
        text.name(inserted).words(") AS inserted FROM written) AS tally LEFT JOIN LATERAL (");
        if (returning == null) {
            text.words("SELECT NULL::pg_catalog.\"json\" AS body");
        } else {
            RowsSql.answer(returning, rendering, text);
        }
        text.words(") AS answer ON true");
    }

    private String unused(String wanted) {
        var name = wanted;
        while (relation.column(name) != null) {
            name = name + "_";
        }
        return name;
    }
}
