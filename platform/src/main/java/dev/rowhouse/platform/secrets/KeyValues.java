package dev.rowhouse.platform.secrets;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Secrets by path, each a few named texts, with versions. */
public interface KeyValues {

    /** Emits the newest version, or fails with {@link SecretsError.Missing}. */
    Mono<Secret> read(String path);

    /** Emits the number of the newest version without reading it, or fails with {@link SecretsError.Missing}. */
    Mono<Long> version(String path);

    /**
     * Writes the next version and emits its number.
     *
     * @param expected number of the newest version, 0 for none; if it is another the write fails with {@link
     *     SecretsError.Refused}
     */
    Mono<Long> write(String path, Map<String, String> values, long expected);

    /**
     * Emits the newest version and then each one that is found to be newer, looking as often as {@code look} says. While
     * nothing can be read it goes on looking.
     */
    default Flux<Secret> versions(String path, Duration look) {
        var seen = new AtomicLong();
        var next = version(path)
                .filter(version -> version != seen.get())
                .flatMap(_ -> read(path))
                .doOnNext(secret -> seen.set(secret.version()))
                .onErrorResume(SecretsError.class, _ -> Mono.empty());
        return Flux.defer(() -> next).repeatWhen(ends -> ends.delayElements(look));
    }
}
