package dev.rowhouse.tenancy.usage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhouse.platform.messaging.Event;
import dev.rowhouse.platform.messaging.EventId;
import dev.rowhouse.platform.messaging.UnreadableEvent;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowCountsTest {

    private static final UUID ACME = new UUID(0, 1);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                                                 | ''                          | none
            2026-01-31T23:59:59.999999Z i                                      | 2026-01-31 1 0 0            | none
            2026-01-31T23:59:59.999999Z i, 2026-02-01T00:00:00Z d              | 2026-01-31 1 0 0, 2026-02-01 0 0 1 | none
            2026-02-01T10:00:00Z u, 2026-01-31T10:00:00Z u, 2026-02-01T09:00:00Z u | 2026-01-31 0 1 0, 2026-02-01 0 2 0 | none
            2026-02-01T10:00:00Z t                                             | ''                          | none
            2026-01-31T10:00:00Z i, 2026-02-01T10:00:00Z i                     | 2026-02-01 1 0 0            | 2026-02-01
            """)
    void rowsAreCountedByTheDayOfTheirCommit(String events, String counts, String since) {
        var found = RowCounts.of(events(events), since.equals("none") ? null : LocalDate.parse(since));

        assertThat(found.stream().map(RowCountsTest::text)).containsExactlyElementsOf(list(counts));
    }

    @Test
    void theLastWriteIsTheLatestWhateverTheOrder() {
        var found = RowCounts.of(events("2026-02-01T10:00:00Z u, 2026-02-01T09:00:00Z u"), null);

        assertThat(found)
                .singleElement()
                .extracting(RowCounts::lastAt)
                .isEqualTo(Instant.parse("2026-02-01T10:00:00Z"));
    }

    @Test
    void anEventOfNoTenantCannotBeRead() {
        var event = event(Map.of("tenant", "acme"), "2026-02-01T10:00:00Z", "dev.rowhouse.row.inserted");

        assertThatThrownBy(() -> RowCounts.of(List.of(event), null)).isInstanceOf(UnreadableEvent.class);
    }

    private static List<Event> events(String text) {
        return list(text).stream()
                .map(one -> event(
                        Map.of("tenant", ACME.toString()),
                        one.substring(0, one.length() - 2),
                        switch (one.charAt(one.length() - 1)) {
                            case 'i' -> "dev.rowhouse.row.inserted";
                            case 'u' -> "dev.rowhouse.row.updated";
                            case 'd' -> "dev.rowhouse.row.deleted";
                            default -> "dev.rowhouse.relation.truncated";
                        }))
                .toList();
    }

    private static Event event(Map<String, String> extensions, String time, String type) {
        return new Event(
                new EventId("house", 1),
                "/t/acme",
                type,
                "item/1",
                Instant.parse(time),
                null,
                extensions,
                "{}".getBytes(UTF_8));
    }

    private static String text(RowCounts counts) {
        return counts.day() + " " + counts.inserted() + " " + counts.updated() + " " + counts.deleted();
    }

    private static List<String> list(String text) {
        return text.isEmpty() ? List.of() : Arrays.asList(text.split(", "));
    }
}
