package dev.rowhouse.app.data.sql;

import dev.rowhouse.app.data.plan.Condition;
import dev.rowhouse.app.data.plan.EmbeddedPlan;
import dev.rowhouse.tenancy.catalog.Relationship.Link;
import java.util.List;

/** Where a level's rows stand: for themselves, or within each row of another level. */
sealed interface Place {

    /** Returns the level's rows. */
    Scope row();

    /** Adds {@code FROM …}. */
    void from(SqlText text);

    /** Adds {@code WHERE …}, if anything narrows the rows. */
    void where(Condition condition, SqlText text);

    record Alone(Scope row) implements Place {
        @Override
        public void from(SqlText text) {
            row.from(row, text.words(" FROM "));
        }

        @Override
        public void where(Condition condition, SqlText text) {
            ConditionSql.where(condition, row, text);
        }
    }

    /** @param between the word by which the statement knows the rows of a junction */
    record Within(Scope row, Scope parent, Link link, String between) implements Place {

        static Within of(EmbeddedPlan embedding, Scope parent, SqlText text) {
            var row = new Scope(text.alias(Scope.ROW), embedding.rows().source());
            return new Within(row, parent, embedding.relationship().link(), text.alias("j"));
        }

        @Override
        public void from(SqlText text) {
            row.from(parent, text.words(" FROM "));
            if (link instanceof Link.Junction junction) {
                text.words(" CROSS JOIN ")
                        .relation(junction.relation())
                        .words(" AS ")
                        .words(between);
            }
        }

        @Override
        public void where(Condition condition, SqlText text) {
            switch (link) {
                case Link.Key(var _, var columns, var targetColumns, var _) ->
                    equal(row.alias(), targetColumns, parent.alias(), columns, text.words(" WHERE "));
                case Link.Junction(var _, var toSource, var toTarget) -> {
                    equal(between, toSource.columns(), parent.alias(), toSource.targetColumns(), text.words(" WHERE "));
                    equal(row.alias(), toTarget.targetColumns(), between, toTarget.columns(), text.words(" AND "));
                }
                case Link.Function _ -> {
                    ConditionSql.where(condition, row, text);
                    return;
                }
            }
            if (!condition.equals(Condition.NONE)) {
                ConditionSql.write(condition, row, text.words(" AND "));
            }
        }

        private static void equal(
                String source, List<String> columns, String other, List<String> others, SqlText text) {
            for (int i = 0; i < columns.size(); i++) {
                text.separated(i, " AND ")
                        .column(source, columns.get(i))
                        .words(" = ")
                        .column(other, others.get(i));
            }
        }
    }
}
