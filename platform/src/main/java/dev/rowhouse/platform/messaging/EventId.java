package dev.rowhouse.platform.messaging;

import java.util.regex.Pattern;

/**
 * Which event this is, the same each time it is sent: the number of an event in its stream.
 *
 * @param number above that of the event before it in the stream, gaps or none
 */
public record EventId(String stream, long number) {

    private static final Pattern FORM = Pattern.compile("([!-~]{1,200})-(0|[1-9]\\d{0,18})");

    public EventId {
        if (number < 0 || !FORM.matcher(stream + "-" + number).matches()) {
            throw new IllegalArgumentException("event id: " + stream + "-" + number
                    + " (expected: a stream of 1 to 200 visible characters, and a number from 0 on)");
        }
    }

    /** Reads what {@link #toString} wrote. */
    public static EventId of(String text) {
        var parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("event id: " + text + " (expected: such as orders-4096)");
        }
        return new EventId(parts.group(1), Long.parseLong(parts.group(2)));
    }

    @Override
    public String toString() {
        return stream + "-" + number;
    }
}
