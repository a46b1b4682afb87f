package dev.rowhouse.tenancy.insight;

/**
 * How long things took, counted in buckets of half an octave: what is told of them is the end of a bucket, and so at most a half too
 * long.
 */
final class Latencies {

    /** From 64 µs in half octaves to more than a minute. */
    static final int BUCKETS = 42;

    private static final int FIRST_OCTAVE = 16;

    private Latencies() {}

    static int bucketOf(long nanos) {
        var octave = 63 - Long.numberOfLeadingZeros(Math.max(1, nanos));
        if (octave < FIRST_OCTAVE) {
            return 0;
        }
        var upper = (nanos >> (octave - 1) & 1) == 1;
        return Math.min(BUCKETS - 1, 2 * (octave - FIRST_OCTAVE) + (upper ? 2 : 1));
    }

    /** Returns what all in the bucket took at most. */
    static long boundOf(int bucket) {
        var octave = FIRST_OCTAVE + bucket / 2;
        return bucket % 2 == 0 ? 1L << octave : (1L << octave) + (1L << (octave - 1));
    }

    /** Returns how long the given part of all took at most, in nanoseconds; 0 of none. */
    static long percentile(long[] counts, double part) {
        var all = 0L;
        for (var count : counts) {
            all += count;
        }
        var wanted = (long) Math.ceil(all * part);
        var seen = 0L;
        for (var bucket = 0; bucket < counts.length; bucket++) {
            seen += counts[bucket];
            if (seen >= wanted && seen > 0) {
                return boundOf(bucket);
            }
        }
        return 0;
    }
}
