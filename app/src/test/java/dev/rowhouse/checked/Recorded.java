package dev.rowhouse.checked;

import dev.rowhouse.tenancy.journal.Change;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/**
 * A change as the blueprint's own trigger recorded it in the same transaction.
 *
 * @param image the row as it became; of one that went, as it was
 */
record Recorded(RowName row, Change change, JsonNode image) {

    /** Returns what something downstream must have been told because of this. */
    static Recorded of(Told told) {
        var image = told.change() == Change.DELETE ? told.before() : told.after();
        return new Recorded(told.row(), told.change(), image == null ? NullNode.getInstance() : image);
    }
}
