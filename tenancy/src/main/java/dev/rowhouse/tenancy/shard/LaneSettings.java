package dev.rowhouse.tenancy.shard;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How lanes behave.
 *
 * @param connectionsPerLane in this process, as many for plain reads as for plain writes, for transactions and, with as many
 *     cores, for reads by key; instances × lanes × four times this must stay below the server's limit
 * @param statementCache prepared statements kept per connection for plain reads and writes; those for transactions keep
 *     none
 * @param acquireTimeout how long a request may wait for a connection
 * @param maxPendingAcquires how many requests may wait per lane before the next is refused at once
 * @param connectTimeout how long a new connection may take
 * @param statementTimeout how long one statement may run on the server
 * @param lockTimeout how long it may wait for a lock
 * @param cancelGrace how long a cancelled statement may go on before the server is asked to stop it
 * @param maxLife how long a connection lives
 * @param maxHouses how many distinct houses a connection serves before it is replaced: a backend keeps what it learned of
 *     each relation for good
 */
public record LaneSettings(
        int connectionsPerLane,
        int statementCache,
        Duration acquireTimeout,
        int maxPendingAcquires,
        Duration connectTimeout,
        Duration statementTimeout,
        Duration lockTimeout,
        Duration cancelGrace,
        Duration maxLife,
        int maxHouses) {

    /** Returns how long one transaction may take on the server. */
    public Duration transactionTimeout() {
        return statementTimeout.multipliedBy(4);
    }

    /** Returns when a connection that opens now has lived for long enough, on the clock of {@link System#nanoTime}. */
    long endOfLife() {
        // Not all at one moment: a tenth of the life is chance.
        var life = maxLife.toNanos();
        return System.nanoTime() + life - ThreadLocalRandom.current().nextLong(life / 10 + 1);
    }

    /** Returns the defaults; they are stated and explained in the README of this module. */
    public static LaneSettings defaults() {
        return new LaneSettings(
                4,
                2_048,
                Duration.ofSeconds(2),
                256,
                Duration.ofMillis(800),
                Duration.ofSeconds(15),
                Duration.ofSeconds(5),
                Duration.ofMillis(50),
                Duration.ofMinutes(30),
                2_000);
    }
}
