package dev.rowhouse.app.events;

import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.journal.Journal;
import dev.rowhouse.tenancy.journal.JournalPage;
import dev.rowhouse.tenancy.journal.JournalTail;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The shards' journals as they are. */
public record JournalChanges(Journal journal, JournalTail tail) implements Changes {

    @Override
    public Mono<JournalPage> read(ShardName shard, long after, int limit) {
        return journal.read(shard, after, limit);
    }

    @Override
    public Mono<Long> horizon(ShardName shard) {
        return journal.horizon(shard);
    }

    @Override
    public Mono<Long> oldest(ShardName shard) {
        return journal.oldest(shard);
    }

    @Override
    public Flux<JournalPage> live(ShardName shard) {
        return tail.live(shard);
    }
}
