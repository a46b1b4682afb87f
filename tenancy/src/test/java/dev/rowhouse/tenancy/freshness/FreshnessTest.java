package dev.rowhouse.tenancy.freshness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.cache.Stamp;
import dev.rowhouse.tenancy.BlueprintVersion;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.journal.JournalMarks;
import dev.rowhouse.tenancy.journal.JournalMarks.Mark;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** What may be answered after which looks at the journal and which writes of this process's own. */
class FreshnessTest {

    private static final House HOUSE = house();
    private static final List<String> ITEM = List.of("item");

    private final BackgroundWork background = new BackgroundWork();
    private Sinks.Many<JournalMarks> looks = Sinks.many().unicast().onBackpressureBuffer();
    private final Freshness freshness = new Freshness(_ -> Flux.defer(() -> looks.asFlux()), background);

    @AfterEach
    void end() {
        background.close();
    }

    @Test
    void beforeTheFirstLookNothingHolds() {
        assertThat(freshness.stamp(HOUSE)).isNull();
        assertThat(freshness.holds(HOUSE, ITEM, new Stamp("other", 0, 1_000))).isFalse();
    }

    @Test
    void aValueHoldsUntilARelationOfItChanges() {
        look(100);
        var stamp = stamp();
        look(200, "other");
        assertThat(freshness.holds(HOUSE, ITEM, stamp)).isTrue();
        look(300, "item");
        assertThat(freshness.holds(HOUSE, ITEM, stamp)).isFalse();
        assertThat(freshness.holds(HOUSE, List.of("thing"), stamp)).isTrue();
        assertThat(freshness.holds(HOUSE, ITEM, stamp())).isTrue();
        assertThat(freshness.version(HOUSE, "item")).isEqualTo(300);
    }

    /** The read began at 100, the change is told, the value arrives: wherever it was meanwhile, it is refused. */
    @Test
    void whatAnotherReadBeforeTheChangeIsRefusedAndWhatItReadAfterItHolds() {
        look(100);
        look(300, "item");
        assertThat(freshness.holds(HOUSE, ITEM, new Stamp("other", 0, 299))).isFalse();
        assertThat(freshness.holds(HOUSE, ITEM, new Stamp("other", 0, 300))).isTrue();
        assertThat(freshness.holds(HOUSE, ITEM, new Stamp("other", 0, 900))).isTrue();
    }

    @Test
    void ofChangesBeforeItsBeginningItKnowsNothing() {
        look(100);
        assertThat(freshness.holds(HOUSE, ITEM, new Stamp("other", 0, 99))).isFalse();
        assertThat(freshness.holds(HOUSE, ITEM, new Stamp("other", 0, 100))).isTrue();
    }

    static Stream<@Nullable Set<String>> reachingItem() {
        return Stream.of(null, Set.of("item"), Set.of("item", "other"));
    }

    @ParameterizedTest
    @MethodSource("reachingItem")
    void afterAnOwnWriteOnlyWhatWasReadHereAfterItHoldsUntilTheJournalHasTold(@Nullable Set<String> reached) {
        look(100);
        var before = stamp();
        freshness.mayHaveChanged(HOUSE.id(), reached);
        assertThat(freshness.holds(HOUSE, ITEM, before)).isFalse();
        assertThat(freshness.holds(HOUSE, ITEM, new Stamp("other", Long.MAX_VALUE, 900)))
                .isFalse();
        var after = stamp();
        assertThat(freshness.holds(HOUSE, ITEM, after)).isTrue();

        // This look began before the write, so it says nothing of it.
        looks.tryEmitNext(new JournalMarks(List.of(), 200, before.moment()));
        assertThat(freshness.holds(HOUSE, ITEM, before)).isFalse();
        look(300, "other");
        assertThat(freshness.holds(HOUSE, ITEM, before)).isTrue();
        look(400, "item");
        assertThat(freshness.holds(HOUSE, ITEM, before)).isFalse();
    }

    @Test
    void anOwnWriteOfOtherRelationsChangesNothing() {
        look(100);
        var stamp = stamp();
        freshness.mayHaveChanged(HOUSE.id(), Set.of("other"));
        assertThat(freshness.holds(HOUSE, ITEM, stamp)).isTrue();
        assertThat(freshness.holds(HOUSE, List.of("item", "other"), stamp)).isFalse();
    }

    @Test
    void whileTheJournalIsSilentOrBehindNothingHolds() {
        look(100);
        var stamp = stamp();
        var longAgo = System.nanoTime() - Freshness.BOUND.multipliedBy(2).toNanos();
        looks.tryEmitNext(new JournalMarks(List.of(), 200, longAgo));
        assertThat(freshness.stamp(HOUSE)).isNull();
        assertThat(freshness.holds(HOUSE, ITEM, stamp)).isFalse();
        look(400);
        assertThat(freshness.holds(HOUSE, ITEM, stamp)).isTrue();
    }

    @Test
    void aTailThatWasCutBeginsAnew() {
        look(100);
        var stamp = stamp();
        var cut = looks;
        looks = Sinks.many().unicast().onBackpressureBuffer();
        cut.tryEmitError(new IllegalStateException("too far behind"));
        look(500);
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            look(500);
            return freshness.stamp(HOUSE) != null && !freshness.holds(HOUSE, ITEM, stamp);
        });
        assertThat(freshness.holds(HOUSE, ITEM, stamp())).isTrue();
    }

    private Stamp stamp() {
        return Objects.requireNonNull(freshness.stamp(HOUSE));
    }

    private void look(long through, String... changed) {
        freshness.version(HOUSE, "followed");
        var marks = Arrays.stream(changed)
                .map(relation -> new Mark(HOUSE.id(), relation, through))
                .toList();
        looks.tryEmitNext(new JournalMarks(marks, through, System.nanoTime()));
    }

    private static House house() {
        return new House(HouseId.random(), new ShardName("one"), List.of(1), new BlueprintVersion("shop", 1));
    }
}
