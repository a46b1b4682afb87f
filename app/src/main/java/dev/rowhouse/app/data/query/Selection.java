package dev.rowhouse.app.data.query;

import java.util.List;

/**
 * Which rows of one resource, and what of each.
 *
 * @param select empty for every column, {@link SelectItem.Nothing} alone for none
 * @param filters of which all must hold; one on the name of an embedding asks whether it has rows
 * @param order empty for none
 */
public record Selection(List<SelectItem> select, List<Filter> filters, List<OrderTerm> order, Page page) {

    /** Every row and every column. */
    public static final Selection ALL = new Selection(List.of(), List.of(), List.of(), Page.ALL);

    public Selection {
        select = List.copyOf(select);
        filters = List.copyOf(filters);
        order = List.copyOf(order);
    }
}
