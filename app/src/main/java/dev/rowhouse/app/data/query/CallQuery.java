package dev.rowhouse.app.data.query;

import java.util.List;
import java.util.Map.Entry;

/**
 * A call of a function.
 *
 * @param arguments of a {@code GET}, by name, in the client's order, a variadic one repeated; empty when a body holds them
 * @param selection which rows of the result, and what of each
 * @param columns which members of a {@code POST}'s body are arguments; empty for all
 */
public record CallQuery(
        String function,
        List<Entry<String, String>> arguments,
        Selection selection,
        List<String> columns,
        Preferences preferences,
        Limits limits) {

    public CallQuery {
        arguments = List.copyOf(arguments);
        columns = List.copyOf(columns);
    }
}
