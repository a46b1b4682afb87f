package dev.rowhouse.tenancy.insight;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.tenancy.TenantId;
import dev.rowhouse.tenancy.insight.Slot.Count;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Measures what the busiest tenants' requests are like, in memory, and stores it twice a minute. */
public final class ActivityMeter {

    static final Duration SLOT = Duration.ofMinutes(5);

    /** From where on a statement is one of the slow ones. */
    public static final Duration SLOW = Duration.ofMillis(5);

    private static final Duration STORE = Duration.ofSeconds(30);
    private static final int MOST_TENANTS = 2_000;
    private static final int BATCH = 200;
    private static final int FIRST_REJECTION = 400;
    private static final int REFUSAL = 429;
    private static final int FIRST_FAILURE = 500;

    private final ActivityRows rows;
    private final InstantSource clock;
    private volatile Span now;
    // A request that began before its end may end after it.
    private volatile Span before;

    private record Span(long number, Cache<TenantId, Slot> slots) {

        static Span of(long number) {
            return new Span(
                    number, Caffeine.newBuilder().maximumSize(MOST_TENANTS).build());
        }

        Instant start() {
            return Instant.ofEpochMilli(number * SLOT.toMillis());
        }
    }

    /** What is to be stored. */
    record Line(TenantId tenant, Instant start, Slot slot, Long[] counts) {}

    public ActivityMeter(ActivityRows rows, InstantSource clock) {
        this.rows = rows;
        this.clock = clock;
        this.now = Span.of(clock.millis() / SLOT.toMillis());
        this.before = Span.of(now.number() - 1);
    }

    /** Begins to store what is measured. */
    public void start(BackgroundWork background) {
        background.repeat("storing what tenants' requests are like", STORE, Mono.defer(this::store));
    }

    /**
     * Measures a request that has ended.
     *
     * @param hit whether its answer had been kept, or null if nobody looked
     */
    public void request(TenantId tenant, int status, long nanos, @Nullable Boolean hit) {
        var slot = slotOf(tenant);
        slot.count(Count.REQUESTS);
        slot.took(nanos);
        if (status >= FIRST_FAILURE) {
            slot.count(Count.FAILED);
        } else if (status == REFUSAL) {
            slot.count(Count.REFUSED);
        } else if (status >= FIRST_REJECTION) {
            slot.count(Count.REJECTED);
        }
        if (hit != null) {
            slot.count(Count.CACHE_LOOKUPS);
            if (hit) {
                slot.count(Count.CACHE_HITS);
            }
        }
    }

    /** Measures a statement that was {@link #SLOW}. */
    public void slow(TenantId tenant, String sql, long nanos) {
        slotOf(tenant).statement(sql, nanos);
    }

    /** Stores what has changed since it was stored last, and forgets what is older than a day. */
    public Mono<Void> store() {
        return Flux.defer(() -> Flux.fromIterable(lines()))
                .buffer(BATCH)
                .concatMap(lines -> rows.store(lines)
                        .then(Mono.<Void>fromRunnable(
                                () -> lines.forEach(line -> line.slot().stored(line.counts())))))
                .then(Mono.defer(() -> rows.forget(clock.instant())));
    }

    private Slot slotOf(TenantId tenant) {
        var number = clock.millis() / SLOT.toMillis();
        var span = now;
        return (number == span.number() ? span : turned(number)).slots().get(tenant, _ -> new Slot());
    }

    // A clock that is set back measures in the slot it is.
    private synchronized Span turned(long number) {
        if (number > now.number()) {
            before = now;
            now = Span.of(number);
        }
        return now;
    }

    private List<Line> lines() {
        var lines = new ArrayList<Line>();
        for (var span : List.of(before, now)) {
            span.slots().asMap().forEach((tenant, slot) -> {
                if (slot.isChanged()) {
                    lines.add(new Line(tenant, span.start(), slot, slot.counts()));
                }
            });
        }
        return lines;
    }
}
