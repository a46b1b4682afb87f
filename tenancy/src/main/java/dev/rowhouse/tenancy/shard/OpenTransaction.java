package dev.rowhouse.tenancy.shard;

import dev.rowhouse.tenancy.House;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** A transaction of one house on its way, with the one connection that it runs on. */
record OpenTransaction(House house, TransactionMode mode, Backend backend) {

    // Serialization failure and deadlock: PostgreSQL has undone the transaction and asks for it again.
    private static final Set<String> STOOD_IN_THE_WAY = Set.of("40001", "40P01");
    private static final Duration FIRST_PAUSE = Duration.ofMillis(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(200);
    private static final double JITTER = 0.75;

    /** Returns the connection for a statement that begins now and owes its answer until {@code due}. */
    Backend backendOf(House asking, long due) {
        if (!house.id().equals(asking.id())) {
            throw new IllegalArgumentException("a transaction of house " + house.id() + " is none of " + asking.id());
        }
        backend.owesUntil(due);
        return backend;
    }

    /** Runs {@code work} in here, if here is what {@code wanted} promises. */
    <T> Mono<T> joined(TransactionMode wanted, Supplier<Mono<T>> work) {
        return wanted.isolation().compareTo(mode.isolation()) > 0
                ? Mono.error(() -> new ShardError.WeakIsolation(mode.isolation(), wanted.isolation()))
                : Mono.defer(work);
    }

    static Retry retries(TransactionMode mode) {
        return Retry.backoff(mode.attempts() - 1L, FIRST_PAUSE)
                .maxBackoff(LONGEST_PAUSE)
                .jitter(JITTER)
                .filter(OpenTransaction::stoodInTheWay)
                .onRetryExhaustedThrow((_, last) -> last.failure());
    }

    private static boolean stoodInTheWay(Throwable failure) {
        return failure instanceof ShardError.Refused refused && STOOD_IN_THE_WAY.contains(refused.sqlState());
    }
}
