package dev.rowhouse.platform.cache;

import dev.rowhouse.platform.cache.CacheMeters.Event;
import dev.rowhouse.platform.cache.Found.Source;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Answers questions from memory, from Redis or from whoever knows, who is asked once by all that ask at the same time.
 *
 * <p>Who asks joins a running read only if that read began late enough for the asker's own terms: it would be answered
 * with what was before its own change otherwise.
 */
public final class TwoLevelCache {

    private static final Logger log = LoggerFactory.getLogger(TwoLevelCache.class);

    // Entries made in one moment must not end in one moment.
    private static final double SHORTEST = 0.8;
    private static final int NEGATIVE_PART = 4;
    private static final Duration LARGE_FOR = Duration.ofMinutes(1);

    private final MemoryShelf memory;
    private final @Nullable RedisShelf redis;
    private final InstantSource clock;
    private final CacheMeters meters;
    private final int largest;
    private final Map<CacheKey, Flight> flights = new ConcurrentHashMap<>();
    private final LargeAnswers large = new LargeAnswers(LARGE_FOR);

    private record Flight(Stamp stamp, Mono<Found> found) {}

    /** @param redis null where this process keeps for itself alone */
    public TwoLevelCache(CacheBounds bounds, @Nullable RedisShelf redis, InstantSource clock, MeterRegistry registry) {
        this.memory = new MemoryShelf(bounds);
        this.largest = bounds.largest();
        this.redis = redis;
        this.clock = clock;
        this.meters = new CacheMeters(registry);
        registry.gauge("rowhouse.cache.bytes", memory, MemoryShelf::bytes);
    }

    /**
     * Emits the answer to what {@code key} asks.
     *
     * @param load reads it; is subscribed later, at most once, and goes on if the asker leaves meanwhile
     */
    public Mono<Found> get(CacheKey key, Terms terms, Flux<byte[]> load) {
        return Mono.defer(() -> {
            var now = terms.stamp();
            if (now == null || large.contains(key)) {
                return Mono.just(Found.NOTHING);
            }
            var kept = memory.get(key);
            if (kept == null || kept.until() <= clock.millis()) {
                return joined(key, terms, now, load, Source.READ);
            }
            if (!terms.hold(kept.stamp())) {
                meters.count(Event.STALE_REFUSED);
                return joined(key, terms, now, load, Source.READ_AGAIN);
            }
            return Mono.just(counted(Event.HIT_MEMORY, new Found(Source.MEMORY, kept.parts())));
        });
    }

    /**
     * Returns the parts that memory holds of an answer, if they may be answered now, or null. Who answers with them says so
     * by {@link #answeredFromMemory}.
     */
    public @Nullable List<byte[]> held(CacheKey key, Terms terms) {
        var kept = terms.stamp() == null ? null : memory.get(key);
        return kept != null && kept.until() > clock.millis() && terms.hold(kept.stamp()) ? kept.parts() : null;
    }

    /** Counts an answer with parts of {@link #held}. */
    public void answeredFromMemory(List<byte[]> parts) {
        counted(Event.HIT_MEMORY, new Found(Source.MEMORY, parts));
    }

    private Mono<Found> joined(CacheKey key, Terms terms, Stamp now, Flux<byte[]> load, Source source) {
        var running = flights.get(key);
        if (running != null && terms.hold(running.stamp())) {
            return running.found()
                    .map(found -> found == Found.NOTHING
                            ? found
                            : counted(Event.JOINED, new Found(Source.JOINED, found.parts())));
        }
        var flight = flight(key, terms, now, load, source);
        var other = running == null ? flights.putIfAbsent(key, flight) : null;
        if (other != null) {
            return joined(key, terms, now, load, source);
        }
        if (running != null && !flights.replace(key, running, flight)) {
            return joined(key, terms, now, load, source);
        }
        return flight.found();
    }

    private Flight flight(CacheKey key, Terms terms, Stamp now, Flux<byte[]> load, Source source) {
        var found = shared(key, terms)
                .switchIfEmpty(Mono.defer(() -> read(key, terms, now, load, source)))
                .doFinally(_ -> flights.computeIfPresent(key, (_, flight) -> flight.stamp() == now ? null : flight))
                .cache();
        return new Flight(now, found);
    }

    private Mono<Found> read(CacheKey key, Terms terms, Stamp now, Flux<byte[]> load, Source source) {
        return load.collect(() -> new Parts(largest), Parts::add)
                .map(parts -> {
                    keep(key, terms, now, parts.all());
                    return counted(Event.MISS, new Found(source, parts.all()));
                })
                .onErrorResume(Parts.TooLarge.class, _ -> {
                    meters.count(Event.TOO_LARGE);
                    large.add(key);
                    return Mono.just(Found.NOTHING);
                });
    }

    private void keep(CacheKey key, Terms terms, Stamp stamp, List<byte[]> parts) {
        if (!terms.hold(stamp)) {
            return;
        }
        var longest = jittered(parts.isEmpty() ? terms.longest().dividedBy(NEGATIVE_PART) : terms.longest());
        var kept = new Kept(stamp, clock.millis() + longest.toMillis(), parts);
        memory.put(key, kept);
        if (redis != null) {
            redis.put(key.redisName(), Envelope.seal(key, kept), longest);
        }
    }

    private Mono<Found> shared(CacheKey key, Terms terms) {
        if (redis == null) {
            return Mono.empty();
        }
        return redis.get(key.redisName())
                .flatMap(value -> opened(key, terms, value))
                .onErrorResume(failure -> unshared(key, redis, failure));
    }

    private Mono<Found> opened(CacheKey key, Terms terms, byte[] sealed) {
        var kept = Envelope.open(key, sealed);
        if (kept.until() <= clock.millis()) {
            return Mono.empty();
        }
        if (!terms.hold(kept.stamp())) {
            meters.count(Event.STALE_REFUSED);
            return Mono.empty();
        }
        memory.put(key, kept);
        return Mono.just(counted(Event.HIT_REDIS, new Found(Source.REDIS, kept.parts())));
    }

    private Mono<Found> unshared(CacheKey key, RedisShelf shelf, Throwable failure) {
        if (failure instanceof Envelope.Mismatch) {
            meters.count(Event.MISMATCH);
            log.error(
                    "Redis holds under a key of {} what is not that key's: {}",
                    key.scope().value(),
                    failure.getMessage());
            shelf.hangUp();
        } else {
            meters.count(Event.REDIS_FAILURE);
        }
        return Mono.empty();
    }

    private Found counted(Event event, Found found) {
        meters.count(event);
        if (found.parts().isEmpty()) {
            meters.count(Event.NEGATIVE);
        }
        return found;
    }

    private static Duration jittered(Duration longest) {
        var part = ThreadLocalRandom.current().nextDouble(SHORTEST, 1);
        return Duration.ofMillis(Math.max(1, (long) (longest.toMillis() * part)));
    }

    /** The parts of an answer while they come, as long as they are few enough to be kept. */
    private static final class Parts {

        static final class TooLarge extends RuntimeException {

            private static final long serialVersionUID = 1L;

            TooLarge() {
                super("too large to be kept", null, false, false);
            }
        }

        private final int largest;
        private final List<byte[]> all = new ArrayList<>();
        private long bytes;

        Parts(int largest) {
            this.largest = largest;
        }

        void add(byte[] part) {
            bytes += part.length;
            if (bytes > largest) {
                throw new TooLarge();
            }
            all.add(part);
        }

        List<byte[]> all() {
            return List.copyOf(all);
        }
    }
}
