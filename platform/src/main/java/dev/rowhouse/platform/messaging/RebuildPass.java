package dev.rowhouse.platform.messaging;

import dev.rowhouse.platform.database.Database;
import dev.rowhouse.platform.messaging.InboxPlan.Mark;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A successor's way after its consumer, in rounds: each takes what the consumer had taken when it began. */
final class RebuildPass {

    private static final String MARKS = """
            SELECT partition, stream, number FROM inbox WHERE consumer = :consumer AND topic = :topic""";

    private final EventLog events;
    private final Database database;
    private final InboxConsumer consumers;
    private final Rereading reading;
    private final String consumer;
    private final String topic;
    private final Inbox inbox;
    private final @Nullable Instant expiredBefore;
    // Where the next round begins.
    private volatile Map<TopicPartition, Long> reached;

    /** How far a round goes: to what the consumer has taken, which is all before these ends. */
    private record Round(Map<Mark, Long> marks, Map<TopicPartition, Long> ends, Map<TopicPartition, Long> left) {

        /** Returns what the consumer has taken, and notes where the first is that it has not. */
        List<Delivery> within(List<Delivery> deliveries) {
            var within = new ArrayList<Delivery>();
            for (var delivery : deliveries) {
                if (Rereading.isWithin(delivery, marks)) {
                    within.add(delivery);
                } else {
                    left.putIfAbsent(new TopicPartition(delivery.topic(), delivery.partition()), delivery.offset());
                }
            }
            return within;
        }
    }

    private record Step(int taken, boolean last) {}

    /** Made where it may block. */
    RebuildPass(
            EventLog events,
            Database database,
            InboxConsumer consumers,
            Rereading reading,
            String consumer,
            String topic,
            Subscription successor) {
        this.events = events;
        this.database = database;
        this.consumers = consumers;
        this.reading = reading;
        this.consumer = consumer;
        this.topic = topic;
        this.inbox = consumers.inbox(successor, topic);
        this.expiredBefore = reading.expiredBefore();
        this.reached = reading.positions();
    }

    @Nullable
    Instant expiredBefore() {
        return expiredBefore;
    }

    String topic() {
        return topic;
    }

    Map<Integer, Long> oldest() {
        return reading.oldest();
    }

    /** Emits how many events it has looked at. */
    Mono<Long> round() {
        return round(batch -> consumers.taken(inbox, batch), positions -> reached = positions);
    }

    /** Takes what is left, in the caller's transaction: all of it or nothing. */
    Mono<Long> heldRound() {
        return round(inbox::take, _ -> {});
    }

    /** Goes back to where the last round began that has not been rolled back. */
    Mono<Void> back() {
        return blocking(() -> {
                    reading.goTo(reached);
                    return true;
                })
                .then();
    }

    private Mono<Long> round(
            Function<List<Delivery>, Mono<Void>> take, Consumer<Map<TopicPartition, Long>> afterwards) {
        return marks().flatMap(marks -> blocking(() -> new Round(marks, reading.ends(), new HashMap<>())))
                .flatMap(round -> Mono.defer(() -> step(round, take))
                        .repeat()
                        .takeUntil(Step::last)
                        .reduce(0L, (taken, step) -> taken + step.taken())
                        .delayUntil(_ -> blocking(() -> ended(round)).doOnNext(afterwards)));
    }

    private Mono<Step> step(Round round, Function<List<Delivery>, Mono<Void>> take) {
        return blocking(() -> round.within(reading.next()))
                .flatMap(batch -> (batch.isEmpty() ? Mono.<Void>empty() : take.apply(batch))
                        .then(blocking(() -> new Step(batch.size(), reading.isAt(round.ends())))));
    }

    private Map<TopicPartition, Long> ended(Round round) {
        reading.goTo(round.left());
        return reading.positions();
    }

    private Mono<Map<Mark, Long>> marks() {
        return database.client()
                .sql(MARKS)
                .bind("consumer", consumer)
                .bind("topic", topic)
                .map(row -> Map.entry(
                        new Mark(required(row, "partition", Integer.class), required(row, "stream", String.class)),
                        required(row, "number", Long.class)))
                .all()
                .collectMap(Map.Entry::getKey, Map.Entry::getValue);
    }

    private <T> Mono<T> blocking(Callable<T> work) {
        return Mono.fromCallable(work)
                .subscribeOn(events.blocking())
                .onErrorMap(
                        KafkaException.class,
                        failure -> new MessagingError.Unavailable("topic '" + topic + "'", failure));
    }

    private static <T> T required(Readable row, String column, Class<T> type) {
        return Objects.requireNonNull(row.get(column, type));
    }
}
