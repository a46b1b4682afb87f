package dev.rowhouse.app.data.sql;

import dev.rowhouse.app.data.plan.CastType;
import dev.rowhouse.app.data.plan.Expression;
import dev.rowhouse.app.data.query.Operand.Step;

/** Writes values of a row. */
final class ExpressionSql {

    private ExpressionSql() {}

    static void write(Expression expression, Scope row, SqlText text) {
        switch (expression) {
            case Expression.Field(var column) -> text.column(row.alias(), column);
            case Expression.Computed(var function, var _) -> {
                row.wholeRow(text.routine(function).words("("));
                text.words(")");
            }
            case Expression.Represented(var value, var function) -> {
                write(value, row, text.routine(function).words("("));
                text.words(")");
            }
            case Expression.Inside(var value, var converted, var steps) -> {
                write(value, row, text.words(converted ? "(to_jsonb(" : "(("));
                text.words(")");
                steps.forEach(step -> step(step, text));
                text.words(")");
            }
            case Expression.Json(var value) -> {
                write(value, row, text.words("to_jsonb("));
                text.words(")");
            }
            case Expression.Cast(var value, var target) -> {
                write(value, row, text.words("("));
                cast(target, text.words(")"));
            }
            case Expression.Related related -> {
                RowsSql.relatedValue(related, row, text.words("("));
                text.words(")");
            }
        }
    }

    static void cast(CastType target, SqlText text) {
        text.words("::").castType(target);
    }

    private static void step(Step step, SqlText text) {
        text.words(step.asText() ? " ->> " : " -> ");
        switch (step) {
            case Step.Member(var name, var _) -> text.literal(name);
            case Step.Element(var index, var _) -> text.number(index);
        }
    }
}
