package dev.rowhouse.app.data.plan;

import dev.rowhouse.app.data.query.Page;
import dev.rowhouse.app.data.query.Preferences.Count;

/**
 * What to read.
 *
 * @param rows with a limit
 * @param count how the total, regardless of the page, is found
 * @param callerIndependent whether the answer cannot depend on who asks
 */
public record ReadPlan(RowsPlan rows, Count count, boolean callerIndependent) {

    public Page page() {
        return rows.page();
    }

    /** Says whether the statement tells a total in its head. */
    public boolean counted() {
        return switch (count) {
            case EXACT, ESTIMATED -> true;
            case NONE, PLANNED -> false;
        };
    }
}
