package dev.rowhouse.tenancy.relay;

import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.messaging.EventLog;
import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.journal.Journal;
import dev.rowhouse.tenancy.shard.ShardDefinition;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/** Takes every change of every tenant from the shards' journals to Kafka, wherever this instance leads. */
public final class Relay implements AutoCloseable {

    /** The topic of the rows' events, without the prefix of the installation. */
    public static final String TOPIC = "rows";

    /** Its name among the readers of a journal. */
    public static final String READER = "relay";

    private static final Duration LOOK = Duration.ofSeconds(2);

    private final Supplier<Collection<ShardDefinition>> shards;
    private final Journal journal;
    private final Leadership leadership;
    private final HouseTenants tenants;
    private final RowEvents rows;
    private final EventLog events;
    private final RelaySettings settings;
    // Its own, so that it ends before the clients do that it works with.
    private final BackgroundWork background = new BackgroundWork();
    private final Set<ShardName> followed = ConcurrentHashMap.newKeySet();

    /** @param shards that are open in this process, as they are now */
    public Relay(
            Supplier<Collection<ShardDefinition>> shards,
            Journal journal,
            Leadership leadership,
            HouseTenants tenants,
            RowAddresses addresses,
            EventLog events,
            RelaySettings settings) {
        this.shards = shards;
        this.journal = journal;
        this.leadership = leadership;
        this.tenants = tenants;
        this.rows = new RowEvents(addresses);
        this.events = events;
        this.settings = settings;
    }

    /** Begins to follow the shards of this process, now and later ones. */
    public void start() {
        background.repeat(
                "looking for shards to relay",
                LOOK,
                Mono.fromRunnable(() -> shards.get().forEach(shard -> follow(shard.name()))));
    }

    private void follow(ShardName shard) {
        if (followed.add(shard)) {
            var relay = new ShardRelay(
                    shard, ShardJournal.of(journal, shard, READER, settings.page()), tenants, rows, events);
            background.start(
                    "relay of " + shard,
                    relay.terms(term -> leadership.whileLeading(definition(shard), term), () -> isOpen(shard))
                            .doFinally(_ -> followed.remove(shard)));
        }
    }

    private boolean isOpen(ShardName shard) {
        return shards.get().stream().anyMatch(known -> known.name().equals(shard));
    }

    // Asked for with each term: a shard may move to another server.
    private ShardDefinition definition(ShardName shard) {
        return shards.get().stream()
                .filter(known -> known.name().equals(shard))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        background.close();
    }
}
