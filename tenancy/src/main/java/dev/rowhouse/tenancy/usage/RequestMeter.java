package dev.rowhouse.tenancy.usage;

import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.tenancy.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Counts the tenants' requests in memory, and stores the totals every few seconds and once more at a graceful end. A process
 * that is killed loses what it has counted since then, and nothing else: while the control database is away, the totals wait.
 */
public final class RequestMeter {

    private static final long DAY = Duration.ofDays(1).toMillis();
    private static final int BATCH = 500;

    private final RequestCounts stored;
    private final Clock clock;
    private volatile Day today;
    // A request that began before midnight may end after it.
    private volatile Day yesterday;

    private record Day(long number, Map<TenantId, Tally> tallies) {

        static Day of(long number) {
            return new Day(number, new ConcurrentHashMap<>());
        }

        LocalDate date() {
            return LocalDate.ofEpochDay(number);
        }
    }

    /** What is to be stored of a tally. */
    record Line(TenantId tenant, LocalDate day, Tally tally, Tally.Counts counts) {}

    public RequestMeter(RequestCounts stored, Clock clock) {
        this.stored = stored;
        this.clock = clock;
        this.today = Day.of(clock.millis() / DAY);
        this.yesterday = Day.of(today.number() - 1);
    }

    /** Begins to store what is counted, at that interval. */
    public void start(BackgroundWork background, Duration interval) {
        background.repeat("storing request counts", interval, store());
    }

    /** Returns where a tenant's requests are counted today. */
    public Tally of(TenantId tenant) {
        var number = clock.millis() / DAY;
        var day = today;
        var tallies = (number == day.number() ? day : turned(number)).tallies();
        var tally = tallies.get(tenant);
        return tally != null ? tally : tallies.computeIfAbsent(tenant, _ -> new Tally());
    }

    // A clock that is set back counts on the day it is.
    private synchronized Day turned(long number) {
        if (number > today.number()) {
            yesterday = today;
            today = Day.of(number);
        }
        return today;
    }

    /** Stores what has changed since it was stored last. */
    public Mono<Void> store() {
        return Flux.defer(() -> Flux.fromIterable(lines()))
                .buffer(BATCH)
                .concatMap(lines -> stored.store(lines, Instant.now(clock))
                        .then(Mono.<Void>fromRunnable(
                                () -> lines.forEach(line -> line.tally().stored(line.counts())))))
                .then();
    }

    private List<Line> lines() {
        var lines = new ArrayList<Line>();
        for (var day : List.of(yesterday, today)) {
            day.tallies().forEach((tenant, tally) -> {
                var counts = tally.counts();
                if (!tally.isStored(counts)) {
                    lines.add(new Line(tenant, day.date(), tally, counts));
                }
            });
        }
        return lines;
    }
}
