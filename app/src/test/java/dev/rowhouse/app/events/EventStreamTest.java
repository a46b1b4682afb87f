package dev.rowhouse.app.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.tenancy.BlueprintVersion;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.TenantId;
import dev.rowhouse.tenancy.journal.JournalEntry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** What one stream sends over a journal in memory, whose moments are the test's. */
@Timeout(30)
class EventStreamTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration NEVER = Duration.ofHours(1);
    private static final Pattern ID = Pattern.compile("(?m)^id: (\\S+)$");
    private static final Pattern ROW = Pattern.compile("\"after\":\\{\"id\":(\\d+)}");

    private final House house =
            new House(HouseId.random(), new ShardName("one"), List.of(1), new BlueprintVersion("shop", 1));
    private final HouseId neighbour = HouseId.random();
    private final EventIds ids = EventIds.of("a secret of the tests, longer than 32 characters", Clock.systemUTC())
            .of(new TenantId(UUID.randomUUID()));
    private final EventFrames frames = new EventFrames(ids, house.id(), new Slug("acme"));

    @Test
    void nothingIsLostOrRepeatedWhileRowsAreWrittenAndClientsComeAndGo() {
        var journal = new FakeJournal(Duration.ofMillis(2));
        var feeds = new HouseFeeds(journal, Duration.ofMillis(5));
        var rows = 3_000;
        var writing = Flux.interval(Duration.ofNanos(200_000))
                .onBackpressureBuffer()
                .take(rows)
                .doOnNext(row -> {
                    journal.write(neighbour, row.intValue() + 1);
                    journal.write(house.id(), row.intValue() + 1);
                })
                .then();
        var reading = Flux.range(0, 8)
                .flatMap(n -> Mono.fromCallable(() -> comeAndGo(feeds, rows, new SplittableRandom(n)))
                        .subscribeOn(Schedulers.boundedElastic()))
                .collectList();

        var read = Mono.zip(reading, writing.thenReturn(true), (all, _) -> all).block(Duration.ofSeconds(25));

        assertThat(read)
                .allSatisfy(one -> assertThat(one)
                        .isEqualTo(IntStream.rangeClosed(1, rows).boxed().toList()));
    }

    private List<Integer> comeAndGo(HouseFeeds feeds, int rows, SplittableRandom chance) {
        var read = new ArrayList<Integer>();
        var last = ids.id(house.id(), 0);
        while (read.size() < rows) {
            var heard = new StringBuilder();
            stream(feeds, ids.read(last).position(), NEVER)
                    .parts(Mono.never())
                    .map(EventStreamTest::text)
                    .takeUntil(text -> {
                        heard.append(text);
                        return chance.nextInt(100) == 0
                                || read.size() + rows(heard).size() >= rows;
                    })
                    .blockLast(PATIENCE);
            read.addAll(rows(heard));
            last = lastId(heard);
        }
        return read;
    }

    @Test
    void aStreamThatBeginsNowIsToldWhereItBegins() {
        var journal = new FakeJournal(Duration.ZERO);
        journal.write(house.id(), 1);
        var stream = stream(new HouseFeeds(journal, NEVER), 1, NEVER).parts(Mono.never());

        StepVerifier.create(stream.map(EventStreamTest::text))
                .assertNext(greeting -> {
                    assertThat(greeting).startsWith("retry: ");
                    assertThat(ids.read(lastId(greeting)).position()).isEqualTo(1);
                })
                .then(() -> journal.write(house.id(), 2))
                .assertNext(event -> assertThat(rows(event)).containsExactly(2))
                .thenCancel()
                .verify(PATIENCE);
    }

    @Test
    void aReaderThatFallsBehindIsCutAndGoesOnWithoutLoss() {
        var journal = new FakeJournal(Duration.ZERO);
        var feeds = new HouseFeeds(journal, NEVER);
        var heard = new StringBuilder();

        StepVerifier.create(stream(feeds, 0, NEVER).parts(Mono.never()).map(EventStreamTest::text), 1)
                .consumeNextWith(heard::append)
                .then(() -> IntStream.rangeClosed(1, 1_000).forEach(row -> journal.write(house.id(), row)))
                .thenRequest(Long.MAX_VALUE)
                .recordWith(ArrayList::new)
                .thenConsumeWhile(_ -> true)
                .consumeRecordedWith(parts -> parts.forEach(heard::append))
                .verifyComplete();
        assertThat(heard.toString()).contains("event: cut").endsWith("data: {\"reason\":\"slow_reader\"}\n\n");
        var before = rows(heard);
        assertThat(before).hasSizeLessThan(1_000);

        var rest = new StringBuilder();
        stream(feeds, ids.read(lastId(heard)).position(), NEVER)
                .parts(Mono.never())
                .map(EventStreamTest::text)
                .takeUntil(text -> rows(rest.append(text)).size() + before.size() == 1_000)
                .blockLast(PATIENCE);
        before.addAll(rows(rest));
        assertThat(before).isEqualTo(IntStream.rangeClosed(1, 1_000).boxed().toList());
    }

    @Test
    void aQuietStreamShowsThatItLivesAndHowFarItIs() {
        var journal = new FakeJournal(Duration.ZERO);
        var stream = stream(new HouseFeeds(journal, Duration.ofMillis(10)), 0, Duration.ofMillis(50))
                .parts(Mono.never());

        StepVerifier.create(stream.map(EventStreamTest::text))
                .expectNextCount(1)
                .then(() -> journal.write(neighbour, 1))
                .thenConsumeWhile(sign -> {
                    assertThat(sign).startsWith(":\n").doesNotContain("data:", "event:");
                    return ids.read(lastId(sign)).position() == 0;
                })
                .assertNext(
                        sign -> assertThat(ids.read(lastId(sign)).position()).isEqualTo(1))
                .thenCancel()
                .verify(PATIENCE);
    }

    @Test
    void whoMayNotListenAnyMoreIsCut() {
        var journal = new FakeJournal(Duration.ZERO);
        var refused = Sinks.<Void>one();
        var stream = new EventStream(
                house,
                new HouseFeeds(journal, Duration.ofMillis(10)),
                frames,
                0,
                this::all,
                _ -> true,
                Mono.defer(() -> refused.asMono().timeout(Duration.ZERO, Mono.empty())),
                NEVER);

        StepVerifier.create(stream.parts(Mono.never()).map(EventStreamTest::text))
                .expectNextCount(1)
                .then(() -> refused.tryEmitError(new StreamEnd("tenant_suspended")))
                .assertNext(last -> assertThat(last).startsWith("event: cut").contains("tenant_suspended"))
                .expectComplete()
                .verify(PATIENCE);
    }

    @Test
    void theEndOfTheProcessOrOfTheTailIsTold() {
        var journal = new FakeJournal(Duration.ZERO);
        var feeds = new HouseFeeds(journal, NEVER);
        var shutdown = Sinks.<Void>empty();

        StepVerifier.create(stream(feeds, 0, NEVER).parts(shutdown.asMono()).map(EventStreamTest::text))
                .expectNextCount(1)
                .then(shutdown::tryEmitEmpty)
                .assertNext(last -> assertThat(last).contains("event: cut", "retry: ", "\"shutdown\""))
                .expectComplete()
                .verify(PATIENCE);
        StepVerifier.create(stream(feeds, 0, NEVER).parts(Mono.never()).map(EventStreamTest::text))
                .expectNextCount(1)
                .then(journal::fail)
                .assertNext(last -> assertThat(last).contains("event: cut", "internal_error"))
                .expectComplete()
                .verify(PATIENCE);
    }

    @Test
    void aThousandStreamsHearTheSamePage() {
        var journal = new FakeJournal(Duration.ZERO);
        var feeds = new HouseFeeds(journal, NEVER);

        StepVerifier.create(Flux.range(0, 1_000)
                        .flatMap(_ -> feeds.feed(house).signals().take(1), 1_000)
                        .distinct(System::identityHashCode))
                .then(() -> journal.write(house.id(), 1))
                .expectNextCount(1)
                .verifyComplete();
    }

    private EventStream stream(HouseFeeds feeds, long position, Duration silence) {
        return new EventStream(house, feeds, frames, position, this::all, _ -> true, Mono.empty(), silence);
    }

    private Mono<List<Seen>> all(HousePage page) {
        return Mono.just(page.of("item").stream().map(this::seen).toList());
    }

    private Seen seen(JournalEntry entry) {
        return new Seen(entry.position(), entry.change(), entry.key(), false, frames.event(entry, null, entry.after()));
    }

    private static String text(List<byte[]> frames) {
        var text = new StringBuilder();
        frames.forEach(frame -> text.append(new String(frame, StandardCharsets.UTF_8)));
        return text.toString();
    }

    private static List<Integer> rows(CharSequence heard) {
        var rows = new ArrayList<Integer>();
        for (var found = ROW.matcher(heard); found.find(); ) {
            rows.add(Integer.valueOf(found.group(1)));
        }
        return rows;
    }

    private static String lastId(CharSequence heard) {
        var found = ID.matcher(heard);
        String last = null;
        while (found.find()) {
            last = found.group(1);
        }
        return last;
    }
}
