package dev.rowhouse.platform.messaging;

import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.database.Database;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.kafka.receiver.ReceiverRecord;
import reactor.util.retry.Retry;

/**
 * Takes a topic's events to a handler, each with effect once. Of several processes with the same consumer each has its part of
 * the partitions.
 *
 * <p>A record that fails again and again goes to the {@link DeadLetters}, at the latest after a minute, and the later ones of
 * its key behind it; all others go on. While the database is away nothing dies: all wait.
 */
public final class InboxConsumer {

    private static final Logger log = LoggerFactory.getLogger(InboxConsumer.class);

    private static final int TRIES = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(8);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);
    private static final Duration RESTART = Duration.ofSeconds(1);
    private static final double JITTER = 0.5;

    private final EventLog events;
    private final Database database;
    private final DeadLetters deadLetters;

    /** @param database that has the tables {@code inbox} and {@code dead_letter}, and where handlers have their effects */
    public InboxConsumer(EventLog events, Database database, DeadLetters deadLetters) {
        this.events = events;
        this.database = database;
        this.deadLetters = deadLetters;
    }

    /** Begins to take events, and goes on while {@code background} does. */
    public void start(BackgroundWork background, Subscription subscription) {
        deadLetters.register(subscription);
        background.repeat("consumer '" + subscription.consumer() + "'", RESTART, taking(subscription));
    }

    /** @param topic by its full name */
    Inbox inbox(Subscription subscription, String topic) {
        return new Inbox(database, deadLetters.rows(), subscription, topic);
    }

    private Mono<Void> taking(Subscription subscription) {
        var inbox = inbox(subscription, events.name(subscription.topic()));
        return events.ensure(subscription.topic())
                .thenMany(Flux.defer(() -> events.receiver(subscription.topic(), subscription.consumer())
                        .receiveBatch()
                        .concatMap(batch -> batch.collectList().flatMap(records -> received(inbox, records)), 0)))
                .subscribeOn(events.blocking())
                .then();
    }

    private Mono<Void> received(Inbox inbox, List<ReceiverRecord<byte[], byte[]>> records) {
        return taken(inbox, records.stream().map(Delivery::of).toList())
                .then(Mono.<Void>fromRunnable(
                        () -> records.forEach(record -> record.receiverOffset().acknowledge())))
                .retryWhen(Retry.backoff(Long.MAX_VALUE, FIRST_PAUSE)
                        .maxBackoff(LONGEST_PAUSE)
                        .jitter(JITTER)
                        .doBeforeRetry(signal -> {
                            if (signal.totalRetries() == 0) {
                                log.warn("a batch is not taken and is tried again until it is", signal.failure());
                            }
                        }));
    }

    /** Takes a batch at once or else one by one, and sets aside what cannot be taken. */
    Mono<Void> taken(Inbox inbox, List<Delivery> batch) {
        return inbox.take(batch)
                .timeout(PATIENCE)
                .onErrorResume(_ -> Flux.fromIterable(batch)
                        .concatMap(delivery -> one(inbox, delivery, 1))
                        .then());
    }

    private Mono<Void> one(Inbox inbox, Delivery delivery, int attempt) {
        return inbox.take(List.of(delivery))
                .timeout(PATIENCE)
                .onErrorResume(
                        failure -> databaseAnswers().then(Mono.defer(() -> failed(inbox, delivery, attempt, failure))));
    }

    private Mono<Void> failed(Inbox inbox, Delivery delivery, int attempt, Throwable failure) {
        if (attempt < TRIES && !(failure instanceof UnreadableEvent)) {
            return Mono.delay(pause(attempt)).then(Mono.defer(() -> one(inbox, delivery, attempt + 1)));
        }
        log.warn(
                "{} partition {} offset {} goes to the dead letters",
                delivery.topic(),
                delivery.partition(),
                delivery.offset(),
                failure);
        return inbox.park(delivery, failure, attempt);
    }

    // What fails because the database is away is no record's fault.
    private Mono<Void> databaseAnswers() {
        return database.client().sql("SELECT 1").then();
    }

    private static Duration pause(int attempt) {
        var longest = Math.min(LONGEST_PAUSE.toMillis(), FIRST_PAUSE.toMillis() << (2 * (attempt - 1)));
        return Duration.ofMillis((long) (longest * (1 - JITTER * Math.random())));
    }
}
