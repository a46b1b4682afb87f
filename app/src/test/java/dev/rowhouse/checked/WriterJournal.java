package dev.rowhouse.checked;

import dev.rowhouse.checked.Write.Outcome;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What all writers were answered. */
final class WriterJournal {

    private final ConcurrentLinkedQueue<Write> writes = new ConcurrentLinkedQueue<>();

    void add(String tenant, String mark, int changes, Outcome outcome) {
        writes.add(new Write(tenant, mark, changes, outcome));
    }

    List<Write> writes() {
        return List.copyOf(writes);
    }

    long count(Outcome outcome) {
        return writes.stream().filter(write -> write.outcome() == outcome).count();
    }

    /** Returns what an HTTP status says: a refusal was rolled back, a failure may have come behind the commit. */
    static Outcome outcome(int status) {
        return switch (status / 100) {
            case 2 -> Outcome.DONE;
            case 4 -> Outcome.REFUSED;
            default -> Outcome.UNKNOWN;
        };
    }
}
