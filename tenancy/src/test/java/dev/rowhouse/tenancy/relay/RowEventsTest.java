package dev.rowhouse.tenancy.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.platform.messaging.KeyedEvent;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.TenantId;
import dev.rowhouse.tenancy.journal.Change;
import dev.rowhouse.tenancy.journal.JournalEntry;
import dev.rowhouse.tenancy.relay.HouseTenants.Resident;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RowEventsTest {

    private static final HouseId HOUSE = new HouseId("abcdefgh234567ab");
    private static final Resident ACME =
            new Resident(new TenantId(UUID.fromString("0197a1b2-0000-7000-8000-000000000001")), new Slug("acme"));
    private static final Instant AT = Instant.parse("2026-11-26T20:00:00Z");
    private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private final RowEvents events = new RowEvents((slug, relation, key) -> "at " + slug + " " + relation + " " + key);

    @Test
    void anUpdateTellsAllOfIt() {
        var event = event(entry(Change.UPDATE, "{\"id\" : 7}", "{\"role\": \"anon\"}", "req-1", TRACE));

        assertThat(event.key()).isEqualTo("0197a1b2-0000-7000-8000-000000000001/item/7");
        assertThat(event.event().id()).hasToString("abcdefgh234567ab-4096");
        assertThat(event.event().type()).isEqualTo("dev.rowhouse.row.updated");
        assertThat(event.event().source()).isEqualTo("/t/acme");
        assertThat(event.event().subject()).isEqualTo("item/7");
        assertThat(event.event().time()).isEqualTo(AT);
        assertThat(event.event().traceparent()).isEqualTo(TRACE);
        assertThat(data(event))
                .isEqualTo(JsonMapper.shared()
                        .readTree("{\"relation\":\"item\",\"key\":{\"id\":7},\"before\":{\"id\":7,\"n\":1},"
                                + "\"after\":{\"id\":7,\"n\":2},\"actor\":{\"role\":\"anon\"},"
                                + "\"request_id\":\"req-1\",\"transaction\":99}"));
    }

    /** PostgreSQL takes them, so the journal has them, and the relay may not stand still before them. */
    @Test
    void aKeyBeyondAllBoundsOfAParserIsToldAllTheSame() {
        for (var key :
                List.of("9".repeat(1_001), "[".repeat(600) + "]".repeat(600), "\"" + "x".repeat(100_000) + "\"")) {
            var event = event(entry(Change.DELETE, "{\"id\":" + key + "}", "postgres", null, null));

            assertThat(event.key()).matches(".*/item/sha256:[0-9a-f]{64}");
            assertThat(new String(event.event().data(), UTF_8)).contains(key);
            assertThat(new JournalEntry(
                                    1,
                                    HOUSE,
                                    "item",
                                    Change.DELETE,
                                    "{\"id\":" + key + "}",
                                    null,
                                    null,
                                    "x",
                                    null,
                                    null,
                                    1,
                                    AT)
                            .keyValues())
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "INSERT, dev.rowhouse.row.inserted",
        "DELETE, dev.rowhouse.row.deleted",
        "TRUNCATE, dev.rowhouse.relation.truncated"
    })
    void eachChangeHasItsType(Change change, String type) {
        assertThat(event(entry(change, null, "postgres", null, null)).event().type())
                .isEqualTo(type);
    }

    @Test
    void aChangeOfNoRowIsAboutTheRelation() {
        var event = event(entry(Change.TRUNCATE, null, "postgres", null, null));

        assertThat(event.event().subject()).isEqualTo("item");
        assertThat(data(event).has("key")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"role\": \"a\"}}", "{} {}", "plain \"role\"", "{\"a\": nan}", "\u0001"})
    void whateverTheCallerIsSaidToBeTheDataIsJson(String actor) {
        assertThat(data(event(entry(Change.INSERT, "{\"id\": 1}", actor, actor, null)))
                        .isObject())
                .isTrue();
    }

    @Test
    void whatIsNoTraceIsNotPassedOn() {
        assertThat(event(entry(Change.INSERT, null, "a", null, "x\r\ny"))
                        .event()
                        .traceparent())
                .isNull();
    }

    @Test
    void aReferenceNamesTheRowAndIsSmallWhateverTheChangeSays() {
        var huge = "x".repeat(1_000_000);
        var small = event(entry(Change.INSERT, "{\"id\": 7, \"kind\": \"b\"}", huge, huge, huge));
        var large = event(entry(Change.INSERT, "{\"id\": \"" + huge + "\"}", huge, huge, huge));

        assertThat(small.reference().get().extensions()).containsEntry("dataref", "at acme item [7, b]");
        assertThat(JsonMapper.shared().readTree(small.reference().get().data()).properties())
                .extracting(property -> property.getKey())
                .containsExactly("relation", "key", "transaction");
        assertThat(large.reference().get().extensions()).containsEntry("dataref", "at acme item []");
        assertThat(large.reference().get().data()).hasSizeLessThan(200);
        assertThat(large.key()).hasSizeLessThan(200);
        assertThat(large.event().subject()).startsWith("item/sha256:");
    }

    private static JournalEntry entry(Change change, String key, String actor, String requestId, String trace) {
        var before = change == Change.UPDATE || change == Change.DELETE ? "{\"id\":7,\"n\":1}" : null;
        var after = change == Change.UPDATE || change == Change.INSERT ? "{\"id\":7,\n \"n\":2}" : null;
        return new JournalEntry(4096, HOUSE, "item", change, key, before, after, actor, requestId, trace, 99, AT);
    }

    private KeyedEvent event(JournalEntry entry) {
        return events.of(entry, ACME);
    }

    private static JsonNode data(KeyedEvent event) {
        return JsonMapper.shared().readTree(new String(event.event().data(), UTF_8));
    }
}
