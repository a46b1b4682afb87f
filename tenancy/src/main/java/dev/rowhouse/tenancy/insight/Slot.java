package dev.rowhouse.tenancy.insight;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.regex.Pattern;

/** What one process has measured of a tenant in five minutes; measuring never waits. */
final class Slot {

    /** What is counted, by its place in what is stored. */
    enum Count {
        REQUESTS,
        REJECTED,
        REFUSED,
        FAILED,
        CACHE_HITS,
        CACHE_LOOKUPS
    }

    static final int MOST_STATEMENTS = 8;

    // Until the eight that cost most are chosen: a flood of shapes takes no more room than this.
    private static final int MOST_SHAPES = 64;
    private static final int LONGEST_TEXT = 1_000;
    private static final Pattern HOUSE = Pattern.compile("\"?\\bh_[a-z2-7]{16}(?:_[a-z]+)?\\b\"?\\.?");

    private final AtomicLongArray counts = new AtomicLongArray(Count.values().length);
    private final AtomicLongArray latency = new AtomicLongArray(Latencies.BUCKETS);
    private final Map<String, SlowStatement> statements = new ConcurrentHashMap<>();
    private volatile long stored;

    void count(Count count) {
        counts.incrementAndGet(count.ordinal());
    }

    void took(long nanos) {
        latency.incrementAndGet(Latencies.bucketOf(nanos));
    }

    void statement(String sql, long nanos) {
        var text = shape(sql);
        var micros = nanos / 1_000;
        if (statements.size() < MOST_SHAPES || statements.containsKey(text)) {
            statements.merge(text, new SlowStatement(text, 1, micros, micros), SlowStatement::and);
        }
    }

    static String shape(String sql) {
        var text = HOUSE.matcher(sql).replaceAll("");
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + " …";
    }

    Long[] counts() {
        return values(counts);
    }

    Long[] latency() {
        return values(latency);
    }

    List<SlowStatement> slowest() {
        return slowest(statements.values());
    }

    /** Returns those that cost most, most first. */
    static List<SlowStatement> slowest(Collection<SlowStatement> statements) {
        return statements.stream()
                .sorted(Comparator.comparingLong(SlowStatement::totalMicros).reversed())
                .limit(MOST_STATEMENTS)
                .toList();
    }

    /** Says whether there is something that was not stored yet. */
    boolean isChanged() {
        return stored != counts.get(Count.REQUESTS.ordinal());
    }

    void stored(Long[] counts) {
        stored = counts[Count.REQUESTS.ordinal()];
    }

    private static Long[] values(AtomicLongArray array) {
        var values = new Long[array.length()];
        for (var index = 0; index < values.length; index++) {
            values[index] = array.get(index);
        }
        return values;
    }
}
