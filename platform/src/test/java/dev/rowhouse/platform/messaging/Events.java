package dev.rowhouse.platform.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Events for tests, of one stream. */
final class Events {

    static final Instant TIME = Instant.parse("2026-11-26T20:00:00.123456Z");

    private Events() {}

    static KeyedEvent event(long number, String key, String data) {
        var event = plain(number, data);
        return new KeyedEvent(key, event, () -> plain(number, "\"see there\""));
    }

    static Event plain(long number, String data) {
        return new Event(
                new EventId("shard-1", number),
                "/tenants/7",
                "dev.rowhouse.row.inserted",
                "item/" + number,
                TIME,
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                Map.of("tenant", "acme"),
                data.getBytes(UTF_8));
    }

    /** Returns events whose keys are {@code a}, {@code b} … in turn and whose data is their number. */
    static List<KeyedEvent> numbered(long from, long to) {
        return LongStream.rangeClosed(from, to)
                .mapToObj(number -> event(number, String.valueOf((char) ('a' + number % 3)), Long.toString(number)))
                .toList();
    }

    static List<KeyedEvent> ofKey(String key, long... numbers) {
        return Arrays.stream(numbers)
                .mapToObj(number -> event(number, key, Long.toString(number)))
                .toList();
    }
}
