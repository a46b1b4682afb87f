package dev.rowhouse.platform.messaging;

import dev.rowhouse.platform.database.Database;
import java.time.Duration;
import org.apache.kafka.common.KafkaException;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Takes a topic's events from the oldest on to a successor, beside a consumer and as far as that one is.
 *
 * <p>While the successor catches up the consumer goes on. Only for the end of it, a moment, is the consumer held: then both
 * have had the effect of exactly the same events, and the successor takes its place. If it is interrupted and begun anew, what
 * the successor had done stands and is not done twice.
 */
public final class Rebuild {

    private static final int ROUNDS = 50;
    // So few are taken while the consumer is held.
    private static final int FEW = 500;
    private static final int ATTEMPTS = 8;
    // Shorter than a held consumer is patient.
    private static final Duration HELD_FOR = Duration.ofSeconds(6);
    private static final Duration PAUSE = Duration.ofMillis(300);

    private static final String HOLD = "SELECT pg_advisory_xact_lock(hashtextextended(:consumer, 7241))";

    // What could not be taken when it was read again is set aside in place of what was.
    private static final String DROP_LETTERS = """
            DELETE FROM dead_letter AS d USING unnest(:partitions::integer[], :offsets::bigint[]) AS o (partition, oldest)
            WHERE d.consumer = :consumer AND d.topic = :topic AND d.partition = o.partition AND d."offset" >= o.oldest""";

    private static final String TAKE_LETTERS = """
            UPDATE dead_letter SET consumer = :consumer WHERE consumer = :successor AND topic = :topic""";

    private static final String FORGET = """
            WITH letters AS (DELETE FROM dead_letter WHERE consumer = :successor)
            DELETE FROM inbox WHERE consumer = :successor""";

    private final EventLog events;
    private final Database database;
    private final InboxConsumer consumers;

    /** @param database of the inbox of {@code consumers} */
    public Rebuild(EventLog events, Database database, InboxConsumer consumers) {
        this.events = events;
        this.database = database;
        this.consumers = consumers;
    }

    /** Emits what {@code successor} took over with, once that is committed. */
    public <T> Mono<T> run(String consumer, String topic, Successor<T> successor) {
        return events.ensure(topic)
                .then(Mono.usingWhen(
                        events.reread(topic),
                        reading -> pass(consumer, topic, successor, reading)
                                .flatMap(pass -> caughtUp(pass, ROUNDS)
                                        .then(Mono.defer(() -> takenOver(pass, consumer, successor)))),
                        reading -> Mono.<Void>fromRunnable(reading::close).subscribeOn(events.blocking())));
    }

    /** Forgets what was noted of a successor that will take no place. */
    public Mono<Void> forget(String successor) {
        return database.client().sql(FORGET).bind("successor", successor).then();
    }

    private <T> Mono<RebuildPass> pass(String consumer, String topic, Successor<T> successor, Rereading reading) {
        return Mono.fromSupplier(() -> {
                    var handler = successor.handler(reading.expiredBefore());
                    var subscription = new Subscription(successor.consumer(), topic, handler);
                    return new RebuildPass(
                            events, database, consumers, reading, consumer, events.name(topic), subscription);
                })
                .subscribeOn(events.blocking())
                .onErrorMap(
                        KafkaException.class,
                        failure -> new MessagingError.Unavailable("topic '" + events.name(topic) + "'", failure));
    }

    private static Mono<Void> caughtUp(RebuildPass pass, int rounds) {
        return pass.round()
                .flatMap(taken -> taken <= FEW || rounds <= 1
                        ? Mono.<Void>empty()
                        : Mono.defer(() -> caughtUp(pass, rounds - 1)));
    }

    // Whatever fails while the consumer is held lets it go, and is tried again behind another round without holding it.
    private <T> Mono<T> takenOver(RebuildPass pass, String consumer, Successor<T> successor) {
        return database.transaction(hold(consumer)
                        .then(Mono.defer(pass::heldRound))
                        .then(Mono.defer(() -> successor.takeOver(pass.expiredBefore())))
                        .delayUntil(_ -> letters(pass, consumer, successor.consumer())))
                .timeout(HELD_FOR)
                .onErrorResume(failure -> Mono.delay(PAUSE)
                        .then(Mono.defer(() -> pass.back()))
                        .then(Mono.defer(() -> caughtUp(pass, ROUNDS)))
                        .then(Mono.error(failure)))
                .retryWhen(Retry.max(ATTEMPTS).onRetryExhaustedThrow((_, last) -> last.failure()));
    }

    private Mono<Void> hold(String consumer) {
        return database.client().sql(HOLD).bind("consumer", consumer).then();
    }

    private Mono<Void> letters(RebuildPass pass, String consumer, String successor) {
        var oldest = pass.oldest();
        return database.client()
                .sql(DROP_LETTERS)
                .bind("consumer", consumer)
                .bind("topic", pass.topic())
                .bind("partitions", oldest.keySet().toArray(Integer[]::new))
                .bind("offsets", oldest.values().toArray(Long[]::new))
                .then()
                .then(database.client()
                        .sql(TAKE_LETTERS)
                        .bind("consumer", consumer)
                        .bind("successor", successor)
                        .bind("topic", pass.topic())
                        .then())
                .then(forget(successor));
    }
}
