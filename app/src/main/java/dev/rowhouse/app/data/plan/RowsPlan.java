package dev.rowhouse.app.data.plan;

import dev.rowhouse.app.data.query.Page;
import java.util.List;

/**
 * Which rows of one source, and what of each.
 *
 * @param condition including that an inner embedding has rows
 * @param page of which a null limit means every row
 * @param grouped whether rows that agree in all their plain outputs become one row; then every term of the order is such
 *     an output
 */
public record RowsPlan(
        Source source, List<Output> outputs, Condition condition, List<Sort> order, Page page, boolean grouped) {

    public RowsPlan {
        outputs = List.copyOf(outputs);
        order = List.copyOf(order);
    }

    /** Returns the plan of all rows in any order. */
    public RowsPlan unordered() {
        return new RowsPlan(source, outputs, condition, List.of(), Page.ALL, grouped);
    }
}
