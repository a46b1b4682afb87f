package dev.rowhouse.tenancy.relay;

import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.journal.Journal;
import dev.rowhouse.tenancy.journal.JournalPage;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** A shard's journal as its relay reads it. */
interface ShardJournal {

    /** Begins a new term and emits it. */
    Mono<Long> lead();

    /** Emits the place up to which all is published. */
    Mono<Long> position();

    Mono<JournalPage> read(long after);

    /** Returns how long to wait with the next read when the last one brought nothing. */
    Duration pause();

    /** Emits whether the place was noted: not if another term has begun. */
    Mono<Boolean> advance(long position, long term);

    static ShardJournal of(Journal journal, ShardName shard, String reader, int page) {
        return new ShardJournal() {
            @Override
            public Mono<Long> lead() {
                return journal.lead(shard, reader);
            }

            @Override
            public Mono<Long> position() {
                return journal.position(shard, reader);
            }

            @Override
            public Mono<JournalPage> read(long after) {
                return journal.read(shard, after, page);
            }

            @Override
            public Duration pause() {
                return journal.pause(shard);
            }

            @Override
            public Mono<Boolean> advance(long position, long term) {
                return journal.advance(shard, reader, position, term);
            }
        };
    }
}
