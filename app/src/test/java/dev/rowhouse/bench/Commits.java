package dev.rowhouse.bench;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;

/** Commits of one row each, whose name tells which it is, and when each was answered. */
final class Commits {

    private static final Pattern NAME = Pattern.compile("\"(commit \\d+)\"");

    private final Map<String, Long> answered = new ConcurrentHashMap<>();
    private final int expected;

    Commits(int expected) {
        this.expected = expected;
    }

    static String name(int commit) {
        return "commit " + commit;
    }

    /** Returns an empty histogram of microseconds. */
    static Histogram histogram() {
        return new Histogram(TimeUnit.MINUTES.toMicros(1), 3);
    }

    int expected() {
        return expected;
    }

    void done(int commit) {
        answered.put(name(commit), System.nanoTime());
    }

    /** Notes how long ago the commit was answered that the text is about, if it is about one. */
    void seen(String text, Histogram delays) {
        var name = NAME.matcher(text);
        if (name.find()) {
            // What is seen before its writer has noted the answer took no time to speak of.
            long at = answered.getOrDefault(name.group(1), System.nanoTime());
            delays.recordValue((System.nanoTime() - at) / 1_000);
        }
    }
}
