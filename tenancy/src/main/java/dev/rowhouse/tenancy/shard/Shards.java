package dev.rowhouse.tenancy.shard;

import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.ShardName;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/** The shards this process has open, with their lanes. */
public final class Shards implements AutoCloseable {

    // One look at all connections instead of a timer per request.
    private static final Duration WATCH_INTERVAL = Duration.ofMillis(250);
    private static final Duration SWEEP_INTERVAL = Duration.ofMinutes(10);

    private final LaneLogins logins;
    private final LaneSettings settings;
    private final LoopResources loops;
    private final Map<ShardName, Shard> shards = new ConcurrentHashMap<>();
    private final Map<ShardName, LaneTally> tallies = new ConcurrentHashMap<>();
    private final BackgroundWork watch = new BackgroundWork();
    // Never closed: what is said goodbye to at the end is closed all the same.
    private final BackgroundWork connecting = new BackgroundWork();

    /**
     * @param loops on which connections live; those of the server, so that a request and its statement share a thread, but for
     *     reads by key
     */
    public Shards(LaneLogins logins, LaneSettings settings, LoopResources loops) {
        this.logins = logins;
        this.settings = settings;
        this.loops = loops;
        watch.repeat("closing overdue connections", WATCH_INTERVAL, Mono.defer(this::closeOverdue));
        watch.repeat("feeling the shards' pulses", ShardPulse.INTERVAL, Mono.fromRunnable(this::feelPulses));
        watch.repeat("sweeping kept answers", SWEEP_INTERVAL, Mono.defer(this::sweepAnswers));
    }

    /** Opens a shard, or takes over its changed definition; connects to nothing yet. */
    public void open(ShardDefinition definition) {
        shards.compute(definition.name(), (_, known) -> {
            if (known == null) {
                return Shard.open(definition, logins, settings, loops, connecting, tally(definition.name()));
            }
            if (known.hasConnectionsOf(definition)) {
                return known.renamed(definition);
            }
            known.close();
            return Shard.open(definition, logins, settings, loops, connecting, tally(definition.name()));
        });
    }

    /** Closes a shard, if it is open: requests on it are answered as on one that was never known. */
    public void close(ShardName name) {
        var known = shards.remove(name);
        if (known != null) {
            known.close();
        }
    }

    /** Returns the definitions of all open shards. */
    public Collection<ShardDefinition> definitions() {
        return shards.values().stream().map(Shard::definition).toList();
    }

    /** Says whether the shard answers, within {@link LaneSettings#connectTimeout}. */
    public Mono<Boolean> isReachable(ShardName shard) {
        return Mono.defer(() -> shard(shard).isReachable());
    }

    /** Returns what happens at the shard's lanes in this process. */
    public LaneTally tally(ShardName shard) {
        return tallies.computeIfAbsent(shard, _ -> new LaneTally());
    }

    /** Returns how many connections to the shard this process may open for requests. */
    public int room(ShardName shard) {
        return shard(shard).room();
    }

    /** Connection counts of one shard in this process. */
    public ShardConnections connections(ShardName shard) {
        return shard(shard).counts();
    }

    /**
     * Lets every idle connection of the shard's lanes look up its memberships again, which PostgreSQL forgets on each
     * backend whenever a membership is granted anywhere: so that no request pays for it.
     */
    public Mono<Void> touchIdle(ShardName shard) {
        return Mono.defer(() -> shard(shard).touchIdle());
    }

    /** Deletes on every shard the kept answers that nobody may ask for any more. */
    public Mono<Void> sweepAnswers() {
        return Flux.fromIterable(shards.values())
                .concatMapDelayError(Shard::sweepAnswers)
                .then();
    }

    @Override
    public void close() {
        watch.close();
        shards.values().forEach(Shard::close);
        shards.clear();
    }

    Shard shardOf(House house) {
        return shard(house.shard());
    }

    private Shard shard(ShardName name) {
        var shard = shards.get(name);
        if (shard == null) {
            throw new ShardError.Unknown(name);
        }
        return shard;
    }

    // Each by itself: one that hangs must not keep the others waiting.
    private void feelPulses() {
        shards.forEach((name, shard) -> connecting.start("feeling the pulse of " + name, shard.feelPulse()));
    }

    private Mono<Void> closeOverdue() {
        return Flux.fromIterable(shards.values()).flatMap(Shard::closeOverdue).then();
    }
}
