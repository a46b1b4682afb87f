package dev.rowhouse.app.data.plan;

import dev.rowhouse.app.data.query.Filter.Comparator;
import dev.rowhouse.app.data.query.Filter.Truth;
import dev.rowhouse.tenancy.catalog.Column;
import java.util.List;

/** A condition on rows, its columns resolved. */
public sealed interface Condition {

    /** No condition at all. */
    Condition NONE = new AllOf(List.of());

    /** The column compared with a value in PostgreSQL's text form, for a pattern in PostgreSQL's own wildcards. */
    record Compare(Column column, Comparator comparator, String value) implements Condition {}

    /** The column equals one of the values. */
    record OneOf(Column column, List<String> values) implements Condition {}

    record Is(Column column, Truth truth) implements Condition {}

    record Not(Condition condition) implements Condition {}

    /** All hold; empty is true. */
    record AllOf(List<Condition> conditions) implements Condition {}

    /** At least one holds. */
    record AnyOf(List<Condition> conditions) implements Condition {}
}
