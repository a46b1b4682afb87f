package dev.rowhouse.tenancy.shard;

import dev.rowhouse.platform.postgres.SqlState;
import dev.rowhouse.tenancy.ShardName;
import io.r2dbc.postgresql.api.PostgresqlException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Whether a shard's server is alive, as far as this process can tell.
 *
 * <p>A server that crashed says so by closing its connections. One that hangs says nothing, and each request would wait for
 * its own time-out. So when answers are owed and none has come for a while, a new connection is tried; when that is not
 * answered either, twice, the shard is lost: what waits for it fails, and what comes is refused at once until a connection
 * is answered again. A statement that merely takes long is told apart by that.
 */
final class ShardPulse {

    /** How often it is to be felt. */
    static final Duration INTERVAL = Duration.ofMillis(500);

    private static final Logger log = LoggerFactory.getLogger(ShardPulse.class);
    private static final long SILENCE = Duration.ofMillis(1_500).toNanos();
    private static final int ENOUGH = 2;

    private final ShardName shard;
    private final AtomicBoolean feeling = new AtomicBoolean();
    private volatile long answered = System.nanoTime();
    private volatile boolean lost;
    // Both are used by who is feeling alone.
    private int missed;
    private long missedLast;

    ShardPulse(ShardName shard) {
        this.shard = shard;
    }

    /** Learns that the server has answered something. */
    void answered() {
        answered = System.nanoTime();
    }

    /** Says whether the server does not answer any more. */
    boolean isLost() {
        return lost;
    }

    /**
     * Looks whether the server is alive if there is a doubt.
     *
     * @param owed whether anybody waits for an answer
     * @param attempt opens a connection and asks something; fails if there is no answer in time
     * @param onLoss ends what waits for the server; is run while it is lost, again and again
     */
    Mono<Void> feel(boolean owed, Mono<?> attempt, Mono<Void> onLoss) {
        return Mono.defer(() -> {
            var begun = System.nanoTime();
            if (!lost && (!owed || begun - answered < SILENCE) || !feeling.compareAndSet(false, true)) {
                return Mono.empty();
            }
            return attempt.then(Mono.just(true))
                    .onErrorResume(failure -> Mono.just(!isSilence(failure)))
                    .flatMap(alive -> alive || answered - begun > 0 ? alive() : silent(onLoss))
                    .doFinally(_ -> feeling.set(false));
        });
    }

    private Mono<Void> alive() {
        missed = 0;
        answered();
        if (lost) {
            lost = false;
            log.info("shard {} answers again", shard);
        }
        return Mono.empty();
    }

    private Mono<Void> silent(Mono<Void> onLoss) {
        missed = answered - missedLast > 0 ? 1 : missed + 1;
        missedLast = System.nanoTime();
        if (missed < ENOUGH) {
            return Mono.empty();
        }
        if (!lost) {
            lost = true;
            log.warn("shard {} does not answer any more; its requests are refused until it does", shard);
        }
        return onLoss;
    }

    // Whoever refuses a connection is alive, and so may be whoever no login could be had for.
    private static boolean isSilence(Throwable failure) {
        return failure instanceof TimeoutException
                || SqlState.isConnectionLost(failure) && !(failure instanceof PostgresqlException);
    }
}
