package dev.rowhouse.app.events;

import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.journal.JournalPage;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What streams need of the shards' journals. */
public interface Changes {

    /** The next entries behind {@code after}, about {@code limit} of them; fewer when there are no more yet. */
    Mono<JournalPage> read(ShardName shard, long after, int limit);

    /** The position up to which everything can be read now; no page told before went further. */
    Mono<Long> horizon(ShardName shard);

    /** The oldest position still kept. */
    Mono<Long> oldest(ShardName shard);

    /** Pages without end: from the first one on, nothing that happens is left out. */
    Flux<JournalPage> live(ShardName shard);
}
