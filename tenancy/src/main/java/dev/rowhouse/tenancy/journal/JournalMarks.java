package dev.rowhouse.tenancy.journal;

import dev.rowhouse.tenancy.HouseId;
import java.util.List;

/**
 * Which relations have changed in a stretch of a journal, and nothing of how: to whom that is enough, a statement costs the
 * same whatever it did.
 *
 * @param marks one for each relation that has changed
 * @param through up to where it tells of all, and where to read on
 * @param asOf on this process's clock of {@link System#nanoTime}: whatever was committed before that moment is told of
 */
public record JournalMarks(List<Mark> marks, long through, long asOf) {

    /**
     * The last change of a relation.
     *
     * @param position of the first row that its last statement changed; no other statement's is between that and the row's
     */
    public record Mark(HouseId house, String relation, long position) {}

    public JournalMarks {
        marks = List.copyOf(marks);
    }
}
