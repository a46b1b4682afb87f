package dev.rowhouse.tenancy.relay;

import dev.rowhouse.platform.messaging.EventLog;
import dev.rowhouse.platform.messaging.KafkaPublisher;
import dev.rowhouse.platform.messaging.KeyedEvent;
import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.journal.JournalEntry;
import dev.rowhouse.tenancy.journal.JournalPage;
import dev.rowhouse.tenancy.relay.HouseTenants.Resident;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Publishes what a shard's journal tells. A term of it lasts from the beginning of leading to the first failure. */
final class ShardRelay {

    private static final Logger log = LoggerFactory.getLogger(ShardRelay.class);

    private static final Duration PAUSE = Duration.ofSeconds(1);
    // The next pages are read while one is published.
    private static final int READ_AHEAD = 2;

    private final ShardName shard;
    private final ShardJournal journal;
    private final HouseTenants tenants;
    private final RowEvents rows;
    private final EventLog events;
    private final AtomicBoolean failing = new AtomicBoolean();

    private record Batch(List<KeyedEvent> events, long through) {}

    ShardRelay(ShardName shard, ShardJournal journal, HouseTenants tenants, RowEvents rows, EventLog events) {
        this.shard = shard;
        this.journal = journal;
        this.tenants = tenants;
        this.rows = rows;
        this.events = events;
    }

    /** Does term after term without end, each as {@code leading} lets it. */
    Mono<Void> terms(Function<Mono<Void>, Mono<Void>> leading, BooleanSupplier wanted) {
        return Mono.defer(() -> leading.apply(term()))
                .onErrorResume(failure -> Mono.fromRunnable(() -> failed(failure)))
                .repeatWhen(ends -> ends.delayElements(PAUSE).takeWhile(_ -> wanted.getAsBoolean()))
                .then();
    }

    private Mono<Void> term() {
        return events.ensure(Relay.TOPIC)
                .then(Mono.defer(journal::lead))
                .flatMap(term -> Mono.usingWhen(
                        Mono.fromSupplier(() -> events.publisher(Relay.TOPIC, "relay-" + shard)),
                        publisher -> published(publisher, term),
                        KafkaPublisher::close));
    }

    private Mono<Void> published(KafkaPublisher publisher, long term) {
        return journal.position()
                .doOnNext(position -> began(position, term))
                .flatMapMany(this::pages)
                .concatMap(this::batch, READ_AHEAD)
                .concatMap(batch -> publisher.publish(batch.events()).then(noted(batch, term)), 1)
                .then();
    }

    /** Emits pages of the journal without end, and none that leads no further. */
    private Flux<JournalPage> pages(long position) {
        var reached = new AtomicLong(position);
        return Mono.defer(() -> journal.read(reached.get()))
                .flatMap(page ->
                        page.entries().isEmpty() ? Mono.just(page).delayElement(journal.pause()) : Mono.just(page))
                .repeat()
                .filter(page -> reached.getAndSet(page.through()) != page.through());
    }

    private Mono<Batch> batch(JournalPage page) {
        var houses = page.entries().stream().map(JournalEntry::house).distinct().toList();
        return tenants.of(houses)
                .map(residents -> new Batch(
                        page.entries().stream()
                                .<KeyedEvent>mapMulti((entry, found) -> {
                                    Resident resident = residents.get(entry.house());
                                    if (resident != null) {
                                        found.accept(rows.of(entry, resident));
                                    }
                                })
                                .toList(),
                        page.through()));
    }

    private Mono<Void> noted(Batch batch, long term) {
        return journal.advance(batch.through(), term)
                .filter(noted -> noted)
                .switchIfEmpty(Mono.error(() -> new TermEnded(shard, term)))
                .doOnNext(_ -> succeeded())
                .then();
    }

    private void began(long position, long term) {
        log.info("the relay of {} goes on from position {}, in term {}", shard, position, term);
    }

    // Once for failures in a row: while Kafka is away, there are many.
    private void failed(Throwable failure) {
        if (failing.compareAndSet(false, true)) {
            log.warn("the relay of {} is interrupted, and goes on as soon as it can", shard, failure);
        }
    }

    private void succeeded() {
        if (failing.compareAndSet(true, false)) {
            log.info("the relay of {} publishes again", shard);
        }
    }

    /** Another instance leads. */
    private static final class TermEnded extends RuntimeException {
        TermEnded(ShardName shard, long term) {
            super("term " + term + " of the relay of " + shard + " has ended: another has begun");
        }
    }
}
