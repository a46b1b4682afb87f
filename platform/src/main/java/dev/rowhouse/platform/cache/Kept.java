package dev.rowhouse.platform.cache;

import java.util.List;

/**
 * A value with what is known of it.
 *
 * @param until when it ends, in milliseconds of the epoch: also what Redis brings too late ends then
 * @param parts the value; none where the answer is that there is nothing
 */
record Kept(Stamp stamp, long until, List<byte[]> parts) {

    private static final int OVERHEAD = 200;
    private static final int PER_PART = 24;

    /** Returns about how many bytes it takes in memory under the key. */
    int weight(CacheKey key) {
        long bytes = (long) OVERHEAD + key.text().length();
        for (var part : parts) {
            bytes += PER_PART + part.length;
        }
        return (int) Math.min(bytes, Integer.MAX_VALUE);
    }
}
