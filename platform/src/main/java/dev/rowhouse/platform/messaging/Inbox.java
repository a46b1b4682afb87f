package dev.rowhouse.platform.messaging;

import dev.rowhouse.platform.database.Database;
import dev.rowhouse.platform.messaging.InboxPlan.Mark;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/**
 * What has been here of a consumer's events. Effect and note are one transaction, so an event has its effect once, however
 * often it comes.
 *
 * <p>A note is no row for each event: in a partition the events of a stream come in the order of their numbers, and whatever
 * is sent or received again begins at a place that was reached. So an event is new if its number is above all before it.
 */
final class Inbox {

    // Whoever replays dead letters has the consumer to itself; of those who take events, each has its partitions.
    private static final String SHARE = "SELECT pg_advisory_xact_lock_shared(hashtextextended(:consumer, 7241))";
    private static final String LOCK = """
            SELECT count(pg_advisory_xact_lock(hashtextextended(:consumer || ' ' || p, 7242)))
            FROM unnest(:partitions::text[]) AS p""";

    private static final String MARKS = """
            SELECT partition, stream, number FROM inbox
            WHERE consumer = :consumer AND topic = :topic
              AND partition = ANY (:partitions::integer[]) AND stream = ANY (:streams::text[])""";

    private static final String MARK = """
            INSERT INTO inbox (consumer, topic, partition, stream, number)
            SELECT :consumer, :topic, m.partition, m.stream, m.number
            FROM unnest(:partitions::integer[], :streams::text[], :numbers::bigint[]) AS m (partition, stream, number)
            ON CONFLICT (consumer, topic, partition, stream) DO UPDATE SET number = excluded.number""";

    private final Database database;
    private final DeadLetterRows letters;
    private final Subscription subscription;
    private final String topic;

    /** @param topic by its full name */
    Inbox(Database database, DeadLetterRows letters, Subscription subscription, String topic) {
        this.database = database;
        this.letters = letters;
        this.subscription = subscription;
        this.topic = topic;
    }

    /** Handles what is new of a batch, and sets aside what cannot be read and what waits behind that; all of it or nothing. */
    Mono<Void> take(List<Delivery> batch) {
        return database.transaction(
                plan(batch).flatMap(plan -> handled(plan.events()).then(recorded(plan))));
    }

    /** Sets aside what its handler failed on each time, unless it was here meanwhile. */
    Mono<Void> park(Delivery delivery, Throwable failure, int tries) {
        return database.transaction(plan(List.of(delivery))
                .flatMap(plan -> recorded(new InboxPlan(
                        List.of(),
                        plan.events().isEmpty() ? plan.dead() : List.of(failed(delivery, failure, tries)),
                        plan.marks()))));
    }

    private static InboxPlan.Letter failed(Delivery delivery, Throwable failure, int tries) {
        var reason = failure instanceof UnreadableEvent ? DeadLetter.Reason.UNREADABLE : DeadLetter.Reason.FAILED;
        return new InboxPlan.Letter(delivery, reason, DeadLetterRows.error(failure), tries);
    }

    private Mono<InboxPlan> plan(List<Delivery> batch) {
        var partitions =
                batch.stream().map(Delivery::partition).distinct().sorted().toArray(Integer[]::new);
        var keys = batch.stream().map(Delivery::key).filter(Objects::nonNull).collect(Collectors.toSet());
        return locked(partitions)
                .then(marks(batch, partitions))
                .zipWith(
                        letters.parked(subscription.consumer(), keys),
                        (marks, parked) -> InboxPlan.of(batch, marks, parked));
    }

    private Mono<Void> locked(Integer[] partitions) {
        var names = new String[partitions.length];
        for (var i = 0; i < names.length; i++) {
            names[i] = topic + " " + partitions[i];
        }
        return database.client()
                .sql(SHARE)
                .bind("consumer", subscription.consumer())
                .then()
                .then(database.client()
                        .sql(LOCK)
                        .bind("consumer", subscription.consumer())
                        .bind("partitions", names)
                        .then());
    }

    private Mono<Map<Mark, Long>> marks(List<Delivery> batch, Integer[] partitions) {
        var streams = batch.stream()
                .map(Delivery::stream)
                .filter(Objects::nonNull)
                .distinct()
                .toArray(String[]::new);
        return database.client()
                .sql(MARKS)
                .bind("consumer", subscription.consumer())
                .bind("topic", topic)
                .bind("partitions", partitions)
                .bind("streams", streams)
                .map(row -> Map.entry(
                        new Mark(
                                Objects.requireNonNull(row.get("partition", Integer.class)),
                                Objects.requireNonNull(row.get("stream", String.class))),
                        Objects.requireNonNull(row.get("number", Long.class))))
                .all()
                .collect(HashMap::new, (marks, mark) -> marks.put(mark.getKey(), mark.getValue()));
    }

    private Mono<Void> handled(List<Event> events) {
        return events.isEmpty()
                ? Mono.empty()
                : Mono.defer(() -> subscription.handler().handle(events));
    }

    private Mono<Void> recorded(InboxPlan plan) {
        return letters.add(subscription.consumer(), plan.dead()).then(marked(plan));
    }

    private Mono<Void> marked(InboxPlan plan) {
        if (plan.marks().isEmpty()) {
            return Mono.empty();
        }
        var marks = List.copyOf(plan.marks().entrySet());
        return database.client()
                .sql(MARK)
                .bind("consumer", subscription.consumer())
                .bind("topic", topic)
                .bind(
                        "partitions",
                        marks.stream().map(mark -> mark.getKey().partition()).toArray(Integer[]::new))
                .bind(
                        "streams",
                        marks.stream().map(mark -> mark.getKey().stream()).toArray(String[]::new))
                .bind("numbers", marks.stream().map(Map.Entry::getValue).toArray(Long[]::new))
                .then();
    }
}
