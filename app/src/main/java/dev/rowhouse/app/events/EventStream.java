package dev.rowhouse.app.events;

import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.journal.Backlog;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * What one client is sent: what it missed, read from the journal; then what happens, as it happens. Whatever carries an id
 * comes after all that the id covers.
 */
final class EventStream {

    private static final Logger log = LoggerFactory.getLogger(EventStream.class);

    // Pages and beats that wait for a slow reader; the rest waits in the journal.
    private static final Backlog MOST_WAITING = new Backlog(256, 16L << 20);
    private static final long SOON = 1_000;

    /** What is sent at once, possibly nothing, and the position that is reached with it. */
    private record Piece(long through, List<byte[]> frames) {}

    private final House house;
    private final HouseFeeds feeds;
    private final EventFrames frames;
    private final Function<HousePage, Mono<List<Seen>>> sight;
    private final Predicate<Seen> wanted;
    private final Mono<Void> admission;
    private final long silence;
    private final SentRows sent = new SentRows();
    private long position;
    private long sentAt = System.nanoTime();

    /**
     * @param position behind which it begins
     * @param sight emits what the client may see of a page, in order
     * @param wanted what it asked for of that
     * @param admission completes as long as the client may listen, else fails
     * @param silence after which it is sent a sign of life
     */
    EventStream(
            House house,
            HouseFeeds feeds,
            EventFrames frames,
            long position,
            Function<HousePage, Mono<List<Seen>>> sight,
            Predicate<Seen> wanted,
            Mono<Void> admission,
            Duration silence) {
        this.house = house;
        this.feeds = feeds;
        this.frames = frames;
        this.position = position;
        this.sight = sight;
        this.wanted = wanted;
        this.admission = admission;
        this.silence = silence.toNanos();
    }

    /**
     * Emits what is sent, in parts to be sent at once; to be subscribed once.
     *
     * @param shutdown completes when this process is about to end
     */
    Flux<List<byte[]>> parts(Mono<Void> shutdown) {
        // Most of what was missed is read before what happens begins to wait for it.
        var events = Flux.<Signal>concat(Flux.defer(() -> feeds.missed(house, position)), Flux.defer(this::happening))
                .concatMap(this::heard, 1)
                .takeUntilOther(shutdown.then(Mono.just(true)))
                .doOnNext(this::reached)
                .map(Piece::frames)
                .filter(some -> !some.isEmpty());
        return Flux.just(List.of(frames.greeting(position, retry())))
                .concatWith(events)
                .concatWith(Mono.fromSupplier(() -> cut("shutdown")))
                .onErrorResume(failure -> Mono.fromSupplier(() -> cut(reason(failure))));
    }

    // What lies between is read once the live changes are listened to, so none is missed. Of what comes twice the
    // position
    // tells.
    private Flux<Signal> happening() {
        var feed = feeds.feed(house);
        var listening = Sinks.<Void>empty();
        var between = listening
                .asMono()
                .then(Mono.defer(feed::begun))
                .thenMany(Flux.defer(() -> feeds.untold(house, position)));
        var live = MOST_WAITING.bound(feed.signals(), Signal::length);
        var begin = Flux.<Signal>defer(() -> {
            listening.tryEmitEmpty();
            return Flux.empty();
        });
        return Flux.mergeSequential(List.<Flux<? extends Signal>>of(between, live, begin), 3, 1);
    }

    private Mono<Piece> heard(Signal signal) {
        return switch (signal) {
            case Signal.Beat beat -> admission.then(Mono.fromSupplier(() -> sign(Math.max(position, beat.through()))));
            case HousePage page when page.through() <= position -> Mono.empty();
            case HousePage page -> admission.then(sight.apply(page)).map(seen -> events(page, seen));
        };
    }

    private Piece sign(long through) {
        return new Piece(
                through, System.nanoTime() - sentAt < silence ? List.of() : List.of(frames.heartbeat(through)));
    }

    private Piece events(HousePage page, List<Seen> seen) {
        var events = seen.stream()
                .filter(change -> change.position() > position)
                .filter(wanted)
                .filter(sent::admits)
                .map(Seen::frame)
                .toList();
        return events.isEmpty() ? sign(page.through()) : new Piece(page.through(), events);
    }

    private void reached(Piece piece) {
        position = piece.through();
        if (!piece.frames().isEmpty()) {
            sentAt = System.nanoTime();
        }
    }

    private List<byte[]> cut(String reason) {
        return List.of(frames.cut(position, reason, retry()));
    }

    private static String reason(Throwable failure) {
        if (failure instanceof StreamEnd end) {
            return end.reason();
        }
        if (Exceptions.isOverflow(failure)) {
            return "slow_reader";
        }
        var problem = Problem.of(failure);
        if (problem.isOurFault()) {
            log.error("a stream of events failed", failure);
        }
        return problem.code();
    }

    // Not all at once.
    private static long retry() {
        return SOON + ThreadLocalRandom.current().nextLong(SOON);
    }
}
