package dev.rowhouse.platform.secrets;

import reactor.core.publisher.Mono;

/** Wraps the keys that data is sealed by under a key that is kept elsewhere and may get further versions. */
public interface KeyWrapping {

    /** Makes a data key of 256 bits. */
    Mono<DataKey> newKey(String key);

    /** Unwraps what {@link #newKey} or {@link #rewrap} made, by any version of the key. */
    Mono<DataKey> unwrap(String key, String wrapped);

    /** Says whether the newest version of the key has wrapped it. */
    Mono<Boolean> isNewest(String key, String wrapped);

    /** Emits the same data key wrapped under the newest version; nobody sees it on the way. */
    Mono<String> rewrap(String key, String wrapped);
}
