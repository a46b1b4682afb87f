package dev.rowhouse.app.data.query;

import java.util.List;

/**
 * A {@code GET} of a relation.
 *
 * @param select empty for every column
 * @param filters of which all must hold
 * @param order empty for none
 */
public record ReadQuery(
        String relation,
        List<SelectItem> select,
        List<Filter> filters,
        List<OrderTerm> order,
        Page page,
        Preferences preferences) {

    public ReadQuery {
        select = List.copyOf(select);
        filters = List.copyOf(filters);
        order = List.copyOf(order);
    }
}
