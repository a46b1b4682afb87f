package dev.rowhouse.tenancy.freshness;

import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.cache.Stamp;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.journal.JournalMarks;
import dev.rowhouse.tenancy.journal.JournalTail;
import dev.rowhouse.tenancy.shard.WriteWatch;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.util.retry.Retry;

/** Says of values that were read earlier whether they may still be answered with. */
public final class Freshness implements WriteWatch {

    /** How old an answer is at most, and how long the journal may be silent before nothing is answered without a read. */
    public static final Duration BOUND = Duration.ofSeconds(1);

    private static final Duration PAUSE = Duration.ofMillis(200);

    private final Function<ShardName, Flux<JournalMarks>> tail;
    private final BackgroundWork background;
    private final String reader = UUID.randomUUID().toString();
    private final Map<ShardName, Shard> shards = new ConcurrentHashMap<>();
    private final Map<HouseId, OwnWrites> ownWrites = new ConcurrentHashMap<>();

    /** A followed shard. */
    private static final class Shard {
        private volatile @Nullable ToldChanges told;

        @Nullable
        ToldChanges known() {
            var known = told;
            return known != null && System.nanoTime() - known.asOf() <= BOUND.toNanos() ? known : null;
        }
    }

    public Freshness(JournalTail tail, BackgroundWork background) {
        this(tail::marks, background);
    }

    /** @param tail emits which relations of a shard change from now on, without end and without a gap */
    Freshness(Function<ShardName, Flux<JournalMarks>> tail, BackgroundWork background) {
        this.tail = tail;
        this.background = background;
    }

    @Override
    public void mayHaveChanged(HouseId house, @Nullable Set<String> relations) {
        ownWrites.computeIfAbsent(house, _ -> new OwnWrites()).add(relations, System.nanoTime());
    }

    /** Returns the stamp of a read of the house that begins now; null while nothing may be kept. */
    public @Nullable Stamp stamp(House house) {
        var told = shardOf(house).known();
        return told == null ? null : new Stamp(reader, System.nanoTime(), told.through());
    }

    /** Returns the stamp of a read that begins now, for what changes do not matter. */
    public Stamp timedStamp() {
        return new Stamp(reader, System.nanoTime(), 0);
    }

    /** Says whether what was read under the stamp from the relations may still be answered. */
    public boolean holds(House house, Collection<String> relations, Stamp stamp) {
        var told = shardOf(house).known();
        if (told == null || stamp.position() < told.from() || !isAfterOwnWrites(house.id(), relations, told, stamp)) {
            return false;
        }
        for (var relation : relations) {
            if (told.lastOf(house.id(), relation) > stamp.position()) {
                return false;
            }
        }
        return true;
    }

    /** Returns a number that grows with each change of the relation that is known, in the order of the journal. */
    public long version(House house, String relation) {
        var told = shardOf(house).known();
        return told == null ? 0 : told.lastOf(house.id(), relation);
    }

    private boolean isAfterOwnWrites(HouseId house, Collection<String> relations, ToldChanges told, Stamp stamp) {
        var writes = ownWrites.get(house);
        var last = writes == null ? null : writes.lastUntold(relations, told.asOf());
        return last == null || stamp.reader().equals(reader) && stamp.moment() - last > 0;
    }

    private Shard shardOf(House house) {
        var shard = shards.get(house.shard());
        return shard == null ? shards.computeIfAbsent(house.shard(), this::followed) : shard;
    }

    private Shard followed(ShardName name) {
        var shard = new Shard();
        var marks = Flux.defer(() -> {
                    // What came between two listenings nobody has told: it begins anew.
                    shard.told = null;
                    return tail.apply(name);
                })
                .doOnNext(changed -> shard.told = ToldChanges.after(shard.told, changed))
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, PAUSE));
        background.start("freshness of " + name.value(), marks.then());
        return shard;
    }
}
