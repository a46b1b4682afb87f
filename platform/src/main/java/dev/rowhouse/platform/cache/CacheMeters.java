package dev.rowhouse.platform.cache;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Counts what the caches answer and refuse, for all scopes together. */
final class CacheMeters {

    /** What becomes of a look at what is kept. */
    enum Event {
        HIT_MEMORY,
        HIT_REDIS,
        JOINED,
        MISS,
        /** The answer, from wherever it came, was that there is nothing. */
        NEGATIVE,
        /** Something was kept, but a change made it too old. */
        STALE_REFUSED,
        /** Redis brought what is not its key's. */
        MISMATCH,
        TOO_LARGE,
        REDIS_FAILURE
    }

    private final Map<Event, Counter> counters = new EnumMap<>(Event.class);

    CacheMeters(MeterRegistry meters) {
        for (var event : Event.values()) {
            var counter = Counter.builder("rowhouse.cache")
                    .description("What looks at the caches found")
                    .tag("event", event.name().toLowerCase(Locale.ROOT))
                    .register(meters);
            counters.put(event, counter);
        }
    }

    void count(Event event) {
        Objects.requireNonNull(counters.get(event)).increment();
    }
}
