package dev.rowhouse.tenancy.relay;

import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.journal.Journal;
import dev.rowhouse.tenancy.journal.JournalBacklog;
import dev.rowhouse.tenancy.shard.ShardError;
import dev.rowhouse.tenancy.shard.WriteGate;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * How far the relay is behind each shard's journal. Every instance looks, whoever leads: nobody leading is what must be seen.
 * A shard whose relay is behind for too long takes no further change.
 */
public final class RelayLag implements WriteGate {

    private static final Logger log = LoggerFactory.getLogger(RelayLag.class);

    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final int LOOKS = 20;
    private static final int SHARDS_AT_ONCE = 8;

    private final Journal journal;
    private final MeterRegistry meters;
    private final Duration alarmAfter;
    private final Duration refuseAfter;
    private final Map<ShardName, Reading> readings = new ConcurrentHashMap<>();

    /** How late a relay is; each is worse than the one before. */
    private enum Lateness {
        NONE,
        LATE,
        /** Half of the time is over after which changes are refused. */
        HALF,
        FULL
    }

    private record Reading(JournalBacklog backlog, Lateness lateness) {}

    public RelayLag(Journal journal, MeterRegistry meters, RelaySettings settings) {
        this.journal = journal;
        this.meters = meters;
        this.alarmAfter = settings.alarmAfter();
        this.refuseAfter = settings.refuseAfter();
    }

    /** Begins to look. */
    public void start(BackgroundWork background) {
        var often = refuseAfter.dividedBy(LOOKS);
        background.repeat(
                "looking at the relay's lag", often.compareTo(LOOK) < 0 ? often : LOOK, Mono.defer(this::look));
    }

    /** Looks once at each shard whose journal is open. */
    Mono<Void> look() {
        readings.keySet().retainAll(journal.shards());
        return Flux.fromIterable(journal.shards())
                .flatMapDelayError(
                        shard -> journal.backlog(shard, Relay.READER).doOnNext(backlog -> take(shard, backlog)),
                        SHARDS_AT_ONCE,
                        1)
                .then();
    }

    @Override
    public @Nullable ShardError closed(ShardName shard) {
        var reading = readings.get(shard);
        return reading != null && reading.lateness() == Lateness.FULL
                ? new ShardError.JournalFull(shard, refuseAfter)
                : null;
    }

    private void take(ShardName shard, JournalBacklog backlog) {
        var lateness = lateness(backlog.age());
        var before = readings.put(shard, new Reading(backlog, lateness));
        if (before == null) {
            measure(shard);
        }
        var was = before == null ? Lateness.NONE : before.lateness();
        if (lateness == was) {
            return;
        }
        switch (lateness) {
            case NONE -> log.info("the relay of {} has caught up", shard);
            case LATE -> behind(shard, backlog, "more than " + alarmAfter.toSeconds() + " s");
            case HALF -> behind(shard, backlog, "half of the time after which writes are refused");
            case FULL -> behind(shard, backlog, "writes are refused until it is published");
        }
    }

    private static void behind(ShardName shard, JournalBacklog backlog, String what) {
        log.warn(
                "the relay of {} is {} changes and {} s behind: {}",
                shard,
                backlog.changes(),
                backlog.age().toSeconds(),
                what);
    }

    private Lateness lateness(Duration age) {
        if (age.compareTo(refuseAfter) >= 0) {
            return Lateness.FULL;
        }
        if (age.compareTo(refuseAfter.dividedBy(2)) >= 0) {
            return Lateness.HALF;
        }
        return age.compareTo(alarmAfter) > 0 ? Lateness.LATE : Lateness.NONE;
    }

    private void measure(ShardName shard) {
        Gauge.builder("rowhouse.relay.lag.entries", () -> backlog(shard).changes())
                .description("changes that are not published yet, counted up to a bound")
                .tag("shard", shard.value())
                .register(meters);
        Gauge.builder("rowhouse.relay.lag.seconds", () -> backlog(shard).age().toMillis() / 1_000.0)
                .description("age of the oldest change that is not published yet")
                .tag("shard", shard.value())
                .register(meters);
        Gauge.builder("rowhouse.relay.full", () -> (double) backlog(shard).age().toMillis() / refuseAfter.toMillis())
                .description("part of rowhouse.relay.refuse-after that is over; from 1 on writes are refused")
                .tag("shard", shard.value())
                .register(meters);
        Gauge.builder("rowhouse.relay.term", () -> backlog(shard).term())
                .description("how many terms of leading have begun, over all instances and time")
                .tag("shard", shard.value())
                .register(meters);
        Gauge.builder("rowhouse.relay.late", () -> backlog(shard).age().compareTo(alarmAfter) > 0 ? 1 : 0)
                .description("1 while the oldest change is older than rowhouse.relay.alarm-after")
                .tag("shard", shard.value())
                .register(meters);
    }

    /** Returns how far the relay of the shard is behind, as last seen, or null if it was not seen yet. */
    public @Nullable Duration of(ShardName shard) {
        var reading = readings.get(shard);
        return reading == null ? null : reading.backlog().age();
    }

    private JournalBacklog backlog(ShardName shard) {
        var reading = readings.get(shard);
        return reading == null ? JournalBacklog.NONE : reading.backlog();
    }
}
