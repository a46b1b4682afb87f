package dev.rowhouse.app.data.plan;

import dev.rowhouse.app.data.query.Filter.Comparator;
import dev.rowhouse.app.data.query.Filter.Quantifier;
import dev.rowhouse.app.data.query.Filter.QueryForm;
import dev.rowhouse.app.data.query.Filter.Truth;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A condition on rows, its names resolved. */
public sealed interface Condition {

    /** No condition at all. */
    Condition NONE = new AllOf(List.of());

    /** Compared with a value in PostgreSQL's text form, for a pattern in PostgreSQL's own wildcards. */
    record Compare(Expression operand, Comparator comparator, String value) implements Condition {}

    /** Compared with each element of an array in PostgreSQL's text form. */
    record CompareEach(Expression operand, Comparator comparator, Quantifier quantifier, String array)
            implements Condition {}

    /** Equals one of the values. */
    record OneOf(Expression operand, List<String> values) implements Condition {}

    record Is(Expression operand, Truth truth) implements Condition {}

    /**
     * A text search.
     *
     * @param vector whether the operand is a {@code tsvector} already
     * @param language the text search configuration; null for the database's own
     */
    record Search(
            Expression operand,
            boolean vector,
            QueryForm form,
            @Nullable String language,
            String query) implements Condition {}

    /** There are related rows. */
    record HasRelated(EmbeddedPlan embedding) implements Condition {}

    /**
     * The row comes behind another one in an order.
     *
     * @param values of the other row in PostgreSQL's text form, one for each term of the order
     */
    record After(List<Sort> order, List<@Nullable String> values) implements Condition {
        public After {
            order = List.copyOf(order);
        }
    }

    record Not(Condition condition) implements Condition {}

    /** All hold; empty is true. */
    record AllOf(List<Condition> conditions) implements Condition {}

    /** At least one holds. */
    record AnyOf(List<Condition> conditions) implements Condition {}
}
