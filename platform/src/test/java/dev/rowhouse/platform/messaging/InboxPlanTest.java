package dev.rowhouse.platform.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.platform.messaging.InboxPlan.Mark;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InboxPlanTest {

    private static final Mark MARK = new Mark(0, "shard-1");

    @Test
    void whatHasBeenHereIsLeftOut() {
        var plan = InboxPlan.of(List.of(a(3), a(4), a(3), a(4), a(5)), Map.of(MARK, 3L), Set.of());

        assertThat(handled(plan)).containsExactly(4L, 5L);
        assertThat(plan.marks()).containsExactly(Map.entry(MARK, 5L));
    }

    @Test
    void anotherPartitionHasItsOwnNumbers() {
        var plan = InboxPlan.of(List.of(a(3), on(1, a(3))), Map.of(MARK, 3L), Set.of());

        assertThat(handled(plan)).containsExactly(3L);
    }

    @Test
    void aParkedKeyWaitsAndTheOthersGoOn() {
        var plan = InboxPlan.of(List.of(a(1), b(2), a(3), b(4)), Map.of(), Set.of("a"));

        assertThat(handled(plan)).containsExactly(2L, 4L);
        assertThat(plan.dead()).extracting(letter -> letter.reason()).containsOnly(DeadLetter.Reason.BEHIND);
        assertThat(plan.dead()).extracting(letter -> letter.delivery().offset()).containsExactly(1L, 3L);
        assertThat(plan.marks()).containsExactly(Map.entry(MARK, 4L));
    }

    @Test
    void whatCannotBeReadParksItsKey() {
        var plan = InboxPlan.of(List.of(a(1), with("ce_id", "?", a(2)), a(3), b(4)), Map.of(), Set.of());

        assertThat(handled(plan)).containsExactly(1L, 4L);
        assertThat(plan.dead())
                .extracting(letter -> letter.reason())
                .containsExactly(DeadLetter.Reason.UNREADABLE, DeadLetter.Reason.BEHIND);
    }

    @ParameterizedTest
    @CsvSource({
        "ce_specversion, 0.3",
        "ce_specversion, ''",
        "ce_id, shard",
        "ce_id, shard-01",
        "ce_id, shard-99999999999999999999",
        "ce_id, -1",
        "ce_type, ''",
        "ce_source, ''",
        "ce_time, yesterday"
    })
    void anotherHeaderThanExpectedCannotBeRead(String header, String value) {
        var plan = InboxPlan.of(List.of(with(header, value, a(1))), Map.of(), Set.of());

        assertThat(plan.events()).isEmpty();
        assertThat(plan.dead()).hasSize(1);
    }

    private static List<Long> handled(InboxPlan plan) {
        return plan.events().stream().map(event -> event.id().number()).toList();
    }

    private static Delivery a(long number) {
        return delivery("a", number);
    }

    private static Delivery b(long number) {
        return delivery("b", number);
    }

    private static Delivery delivery(String key, long number) {
        var event = Events.plain(number, "{}");
        return new Delivery("rows", 0, number, key, CloudEvents.headers(event), event.data());
    }

    private static Delivery on(int partition, Delivery delivery) {
        return new Delivery(
                delivery.topic(), partition, delivery.offset(), delivery.key(), delivery.headers(), delivery.value());
    }

    private static Delivery with(String header, String value, Delivery delivery) {
        var headers = new HashMap<>(delivery.headers());
        headers.put(header, value);
        return new Delivery(
                delivery.topic(), delivery.partition(), delivery.offset(), delivery.key(), headers, delivery.value());
    }
}
