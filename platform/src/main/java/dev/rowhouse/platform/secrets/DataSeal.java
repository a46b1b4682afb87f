package dev.rowhouse.platform.secrets;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Seals what is stored, under data keys that lie beside it, wrapped. A data key is remembered for a time; from its end on,
 * while nobody unwraps it, nothing is sealed or opened. Where there is no Vault everything is stored as it is.
 */
public final class DataSeal {

    /**
     * What is stored.
     *
     * @param dataKey wrapped; null for a content that is not sealed
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Sealed(@Nullable String dataKey, byte[] content) {}

    private record Wrapping(KeyWrapping keys, String key) {}

    private record Current(DataKey key, Instant since) {}

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int MOST_KEYS = 1_000;

    private final @Nullable Wrapping wrapping;
    private final Duration life;
    private final InstantSource clock;
    private final Cache<String, DataKey> known;
    private final AtomicReference<@Nullable Current> current = new AtomicReference<>();

    /**
     * @param key by which data keys are wrapped
     * @param life for how long a data key is remembered
     */
    public DataSeal(KeyWrapping keys, String key, Duration life, InstantSource clock) {
        this(new Wrapping(keys, key), life, clock);
    }

    private DataSeal(@Nullable Wrapping wrapping, Duration life, InstantSource clock) {
        this.wrapping = wrapping;
        this.life = life;
        this.clock = clock;
        this.known = Caffeine.newBuilder()
                .maximumSize(MOST_KEYS)
                .expireAfterWrite(life)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
                .build();
    }

    /** Returns what leaves everything as it is, and opens nothing that was sealed. */
    public static DataSeal none() {
        return new DataSeal(null, Duration.ZERO, InstantSource.system());
    }

    /** @param purpose what the content is, such as its place; it opens for no other */
    public Mono<Sealed> seal(byte[] content, String purpose) {
        return wrapping == null
                ? Mono.just(new Sealed(null, content))
                : current(wrapping).map(key -> sealed(key, content, purpose));
    }

    /** Emits the content, or fails with {@link SecretsError}. */
    public Mono<byte[]> open(Sealed sealed, String purpose) {
        var dataKey = sealed.dataKey();
        if (dataKey == null) {
            return Mono.just(sealed.content());
        }
        if (wrapping == null) {
            return Mono.error(
                    () -> new SecretsError.Unreadable(purpose, "it is sealed, and there is no key of transit"));
        }
        return unwrapped(wrapping, dataKey).map(key -> opened(key, sealed.content(), purpose));
    }

    /** Emits the same data key wrapped by the newest version of the key, or nothing where that has wrapped it. */
    public Mono<String> rewrapped(String dataKey) {
        return wrapping == null
                ? Mono.empty()
                : wrapping.keys()
                        .isNewest(wrapping.key(), dataKey)
                        .filter(newest -> !newest)
                        .flatMap(_ -> wrapping.keys().rewrap(wrapping.key(), dataKey));
    }

    // Another one comes at half of its life, so that an outage finds one that serves for a while yet.
    private Mono<DataKey> current(Wrapping by) {
        return Mono.defer(() -> {
            var last = current.get();
            var age = last == null ? life : Duration.between(last.since(), clock.instant());
            if (last != null && age.compareTo(life.dividedBy(2)) < 0) {
                return Mono.just(last.key());
            }
            var next = bounded(by, by.keys().newKey(by.key())).doOnNext(this::take);
            return last == null || age.compareTo(life) >= 0
                    ? next
                    : next.onErrorResume(SecretsError.class, _ -> Mono.just(last.key()));
        });
    }

    private void take(DataKey next) {
        current.set(new Current(next, clock.instant()));
        known.put(next.wrapped(), next);
    }

    private Mono<DataKey> unwrapped(Wrapping by, String dataKey) {
        return Mono.defer(() -> {
            var key = known.getIfPresent(dataKey);
            return key != null
                    ? Mono.just(key)
                    : bounded(by, by.keys().unwrap(by.key(), dataKey)).doOnNext(found -> known.put(dataKey, found));
        });
    }

    private static Mono<DataKey> bounded(Wrapping by, Mono<DataKey> asked) {
        return asked.timeout(
                PATIENCE, Mono.error(() -> new SecretsError.Unavailable(by.key(), "no data key came in time", null)));
    }

    private static Sealed sealed(DataKey key, byte[] content, String purpose) {
        try {
            return new Sealed(key.wrapped(), AesGcm.sealed(key.bytes(), content, bytes(purpose)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-GCM", e);
        }
    }

    private static byte[] opened(DataKey key, byte[] content, String purpose) {
        try {
            return AesGcm.opened(key.bytes(), content, bytes(purpose));
        } catch (GeneralSecurityException e) {
            throw new SecretsError.Unreadable(purpose, "it was changed, or moved here from elsewhere");
        }
    }

    private static byte[] bytes(String purpose) {
        return purpose.getBytes(StandardCharsets.UTF_8);
    }
}
