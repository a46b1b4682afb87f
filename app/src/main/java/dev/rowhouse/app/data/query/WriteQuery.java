package dev.rowhouse.app.data.query;

import java.util.List;

/**
 * A {@code POST}, {@code PATCH} or {@code DELETE} of a relation, without its body.
 *
 * @param select what to show of each changed row; empty for every column
 * @param filters which rows to change; none for an insert
 * @param columns which members of the body count, for an insert; empty for all
 */
public record WriteQuery(
        String relation, List<SelectItem> select, List<Filter> filters, List<String> columns, Preferences preferences) {

    public WriteQuery {
        select = List.copyOf(select);
        filters = List.copyOf(filters);
        columns = List.copyOf(columns);
    }
}
