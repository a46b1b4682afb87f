package dev.rowhouse.app.events;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.journal.JournalPage;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.SynchronousSink;

/** The changes of each house that has streams: followed once, and read again for those who come back. */
final class HouseFeeds {

    private static final int PAGE = 500;

    private static final int MOST_REMEMBERED = 1_000;
    private static final long LONGEST_REMEMBERED = 256 << 10;
    private static final Duration REMEMBERED = Duration.ofSeconds(1);

    private record Stretch(HouseId house, long after) {}

    private final Changes changes;
    private final Duration beat;
    // Held by its streams alone.
    private final Cache<HouseId, Feed> feeds =
            Caffeine.newBuilder().weakValues().build();
    // After a restart thousands come back with few ids.
    private final Cache<Stretch, Mono<HousePage>> reads = Caffeine.newBuilder()
            .maximumSize(MOST_REMEMBERED)
            .expireAfterWrite(REMEMBERED)
            .build();

    /** @param beat how often streams are told that time has passed */
    HouseFeeds(Changes changes, Duration beat) {
        this.changes = changes;
        this.beat = beat;
    }

    /** Returns what happens in the house; all its streams share one. */
    Feed feed(House house) {
        return feeds.get(house.id(), _ -> new Feed(house));
    }

    /**
     * Emits what lies behind {@code after}, as far as there was something a moment ago; the last page may be an empty one.
     * Many who ask for the same at a time share it.
     */
    Flux<HousePage> missed(House house, long after) {
        return pages(after, position -> remembered(house, position), page -> !page.isCut());
    }

    /** Emits everything behind {@code after} that a listener who listens already may not have been told. */
    Flux<HousePage> untold(House house, long after) {
        return changes.horizon(house.shard())
                .flatMapMany(told -> pages(after, position -> read(house, position), page -> page.through() >= told));
    }

    private static Flux<HousePage> pages(
            long after, Function<Long, Mono<HousePage>> read, Predicate<HousePage> isLast) {
        return read.apply(after).expand(page -> isLast.test(page) ? Mono.empty() : read.apply(page.through()));
    }

    // While it is read all share it; of long ones a thousand would be too much to keep.
    private Mono<HousePage> remembered(House house, long position) {
        var stretch = new Stretch(house.id(), position);
        return reads.get(
                stretch,
                _ -> read(house, position)
                        .doOnNext(page -> {
                            if (page.length() > LONGEST_REMEMBERED) {
                                reads.invalidate(stretch);
                            }
                        })
                        .cache());
    }

    private Mono<HousePage> read(House house, long after) {
        return changes.read(house.shard(), after, PAGE).map(page -> HousePage.of(page, house.id()));
    }

    /** What happens in one house, followed once for as long as anyone listens. */
    final class Feed {

        private final Flux<Signal> signals;
        private volatile Sinks.Empty<Void> begun = Sinks.empty();

        private Feed(House house) {
            this.signals = Flux.defer(() -> following(house)).share();
        }

        /** Emits without end; it does not wait for slow listeners. */
        Flux<Signal> signals() {
            return signals;
        }

        /** Completes when nothing can be missed any more by who listens already. */
        Mono<Void> begun() {
            return Mono.defer(() -> begun.asMono());
        }

        private Flux<Signal> following(House house) {
            var first = Sinks.<Void>empty();
            begun = first;
            var beats = Flux.interval(beat).onBackpressureDrop().map(_ -> Optional.<JournalPage>empty());
            var pages = changes.live(house.shard())
                    .doOnNext(_ -> first.tryEmitEmpty())
                    .onErrorMap(Exceptions::isOverflow, _ -> new StreamEnd("fell_behind"));
            return Flux.merge(pages.map(Optional::of), beats).handle(new Listening(house.id())::hear);
        }
    }

    /** How far a feed is: beats tell it, so that they come in order with the pages. */
    private static final class Listening {

        private final HouseId house;
        private long through;

        Listening(HouseId house) {
            this.house = house;
        }

        void hear(Optional<JournalPage> heard, SynchronousSink<Signal> sink) {
            if (heard.isEmpty()) {
                sink.next(new Signal.Beat(through));
                return;
            }
            through = heard.get().through();
            if (!heard.get().entries().isEmpty()) {
                var page = HousePage.of(heard.get(), house);
                if (!page.isEmpty()) {
                    sink.next(page);
                }
            }
        }
    }
}
