package dev.rowhouse.app.data.query;

import java.util.List;

/**
 * A {@code POST}, {@code PUT}, {@code PATCH} or {@code DELETE} of a relation, without its body.
 *
 * @param selection which rows to change (none for an insert), and what to show of each changed row
 * @param columns which members of the body count; empty for all
 * @param onConflict the unique key by which rows are found to exist; empty for the primary key
 */
public record WriteQuery(
        String relation,
        Selection selection,
        List<String> columns,
        List<String> onConflict,
        Preferences preferences,
        Limits limits) {

    public WriteQuery {
        columns = List.copyOf(columns);
        onConflict = List.copyOf(onConflict);
    }
}
