package dev.rowhouse.platform.messaging;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What becomes of a batch: who is handled, who joins the dead letters, how far the streams are then.
 *
 * @param events to be handled, in order
 * @param dead to be set aside, in order
 * @param marks the last number of each stream in each partition
 */
record InboxPlan(List<Event> events, List<Letter> dead, Map<Mark, Long> marks) {

    /** A stream in a partition. Its events come in the order of their numbers, but may begin again from an earlier one. */
    record Mark(int partition, String stream) {}

    /** A delivery that is not handled. */
    record Letter(Delivery delivery, DeadLetter.Reason reason, String error, int tries) {}

    /**
     * @param seen the last number of each stream in each partition that has been here
     * @param parkedBefore keys with dead letters
     */
    static InboxPlan of(List<Delivery> batch, Map<Mark, Long> seen, Set<String> parkedBefore) {
        var events = new ArrayList<Event>();
        var dead = new ArrayList<Letter>();
        var marks = new HashMap<Mark, Long>();
        var parked = new HashSet<>(parkedBefore);
        for (var delivery : batch) {
            Event event;
            try {
                event = delivery.event();
            } catch (UnreadableEvent e) {
                dead.add(new Letter(delivery, DeadLetter.Reason.UNREADABLE, String.valueOf(e.getMessage()), 1));
                park(delivery, parked);
                continue;
            }
            var mark = new Mark(delivery.partition(), event.id().stream());
            var last = marks.getOrDefault(mark, seen.getOrDefault(mark, -1L));
            if (event.id().number() <= last) {
                continue;
            }
            marks.put(mark, event.id().number());
            if (delivery.key() != null && parked.contains(delivery.key())) {
                dead.add(new Letter(delivery, DeadLetter.Reason.BEHIND, "", 0));
            } else {
                events.add(event);
            }
        }
        return new InboxPlan(events, dead, marks);
    }

    private static void park(Delivery delivery, Set<String> parked) {
        if (delivery.key() != null) {
            parked.add(delivery.key());
        }
    }
}
