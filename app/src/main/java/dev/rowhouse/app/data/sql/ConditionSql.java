package dev.rowhouse.app.data.sql;

import dev.rowhouse.app.data.plan.Condition;
import dev.rowhouse.app.data.plan.Expression;
import dev.rowhouse.app.data.query.Filter.Comparator;
import dev.rowhouse.app.data.query.Filter.Quantifier;
import dev.rowhouse.app.data.query.Filter.QueryForm;
import dev.rowhouse.app.data.query.Filter.Truth;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes conditions on the rows of one scope. */
final class ConditionSql {

    private final Scope row;
    private final SqlText text;

    private ConditionSql(Scope row, SqlText text) {
        this.row = row;
        this.text = text;
    }

    /** Adds {@code WHERE …} if there is a condition. */
    static void where(Condition condition, Scope row, SqlText text) {
        if (!condition.equals(Condition.NONE)) {
            write(condition, row, text.words(" WHERE "));
        }
    }

    static void write(Condition condition, Scope row, SqlText text) {
        new ConditionSql(row, text).write(condition);
    }

    private void write(Condition condition) {
        switch (condition) {
            case Condition.Compare(var operand, var comparator, var value) -> {
                operand(operand).words(words(comparator));
                if (isPattern(comparator)) {
                    text.value(value, "text");
                } else {
                    text.value(value, operand.type());
                }
            }
            case Condition.CompareEach(var operand, var comparator, var quantifier, var array) ->
                each(operand, comparator, quantifier, array);
            case Condition.OneOf(var operand, var values) ->
                operand(operand)
                        .words(" = ANY (")
                        .values(values, operand.type())
                        .words(")");
            case Condition.Is(var operand, var truth) -> operand(operand).words(words(truth));
            case Condition.Search(var operand, var vector, var form, var language, var query) ->
                search(operand, vector, form, language, query);
            case Condition.HasRelated(var embedding) -> RowsSql.hasRelated(embedding, row, text);
            case Condition.After(var order, var values) -> AfterSql.write(order, values, row, text);
            case Condition.Not(var negated) -> {
                text.words("NOT (");
                write(negated);
                text.words(")");
            }
            case Condition.AllOf(var conditions) -> joined(conditions, " AND ", "true");
            case Condition.AnyOf(var conditions) -> joined(conditions, " OR ", "false");
        }
    }

    private SqlText operand(Expression operand) {
        ExpressionSql.write(operand, row, text);
        return text;
    }

    private void joined(List<Condition> conditions, String by, String ofNone) {
        text.words("(");
        if (conditions.isEmpty()) {
            text.words(ofNone);
        }
        for (int i = 0; i < conditions.size(); i++) {
            text.separated(i, by);
            write(conditions.get(i));
        }
        text.words(")");
    }

    private void each(Expression operand, Comparator comparator, Quantifier quantifier, String array) {
        operand(operand)
                .words(words(comparator))
                .words(
                        switch (quantifier) {
                            case ANY -> "ANY (";
                            case ALL -> "ALL (";
                        });
        if (isPattern(comparator)) {
            text.array(array, Expression.TEXT);
        } else {
            text.array(array, operand.type());
        }
        text.words(")");
    }

    private void search(Expression operand, boolean vector, QueryForm form, @Nullable String language, String query) {
        if (vector) {
            operand(operand);
        } else {
            language(language, text.words("to_tsvector("));
            operand(operand).words(")");
        }
        language(
                language,
                text.words(
                        switch (form) {
                            case FTS -> " @@ to_tsquery(";
                            case PLFTS -> " @@ plainto_tsquery(";
                            case PHFTS -> " @@ phraseto_tsquery(";
                            case WFTS -> " @@ websearch_to_tsquery(";
                        }));
        text.value(query, "text").words(")");
    }

    private static void language(@Nullable String language, SqlText text) {
        if (language != null) {
            text.value(language, "regconfig").words(", ");
        }
    }

    private static boolean isPattern(Comparator comparator) {
        return switch (comparator) {
            case LIKE, ILIKE, MATCH, IMATCH -> true;
            case EQ, NEQ, GT, GTE, LT, LTE, ISDISTINCT, CS, CD, OV, SL, SR, NXR, NXL, ADJ -> false;
        };
    }

    private static String words(Comparator comparator) {
        return switch (comparator) {
            case EQ -> " = ";
            case NEQ -> " <> ";
            case GT -> " > ";
            case GTE -> " >= ";
            case LT -> " < ";
            case LTE -> " <= ";
            case LIKE -> " LIKE ";
            case ILIKE -> " ILIKE ";
            case MATCH -> " ~ ";
            case IMATCH -> " ~* ";
            case ISDISTINCT -> " IS DISTINCT FROM ";
            case CS -> " @> ";
            case CD -> " <@ ";
            case OV -> " && ";
            case SL -> " << ";
            case SR -> " >> ";
            case NXR -> " &< ";
            case NXL -> " &> ";
            case ADJ -> " -|- ";
        };
    }

    private static String words(Truth truth) {
        return switch (truth) {
            case NULL -> " IS NULL";
            case NOT_NULL -> " IS NOT NULL";
            case TRUE -> " IS TRUE";
            case FALSE -> " IS FALSE";
            case UNKNOWN -> " IS UNKNOWN";
        };
    }
}
