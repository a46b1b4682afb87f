package dev.rowhouse.platform.limits;

import com.netflix.concurrency.limits.Limit;
import com.netflix.concurrency.limits.limit.Gradient2Limit;
import com.netflix.concurrency.limits.limit.WindowedLimit;
import com.netflix.concurrency.limits.limit.window.PercentileSampleWindowFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many may be at work at a time at something whose capacity nobody knows: learnt from how long the work takes.
 *
 * <p>While more than half of the limit is taken, one party has a quarter of it at most: who is slow alone does not leave
 * the others outside.
 */
public final class AdaptiveLimiter {

    private static final int HALF = 2;
    private static final int QUARTER = 4;

    // The median of a window: neither a client that reads slowly nor a mixture of long and short work moves it much.
    private static final double MEDIAN = 0.5;
    private static final int FEWEST_SAMPLES = 10;
    private static final int MOST_SAMPLES = 500;
    private static final long WINDOW_MILLIS = 250;
    private static final long FASTEST_MICROS = 50;
    private static final double TOLERANCE = 2;
    private static final int LONG_WINDOWS = 400;

    /**
     * Within what the limit moves.
     *
     * @param least that is let in however long the work takes
     */
    public record Bounds(int least, int initial, int most) {

        public Bounds {
            if (least < 1 || initial < least || most < initial) {
                throw new IllegalArgumentException("least " + least + ", initial " + initial + ", most " + most
                        + " (expected: 1 or more, in ascending order)");
            }
        }
    }

    private final Limit limit;
    private final AtomicInteger atWork = new AtomicInteger();
    private final LongAdder refusals = new LongAdder();

    public AdaptiveLimiter(Bounds bounds) {
        var gradient = Gradient2Limit.newBuilder()
                .initialLimit(bounds.initial())
                .minLimit(bounds.least())
                .maxConcurrency(bounds.most())
                .rttTolerance(TOLERANCE)
                .longWindow(LONG_WINDOWS)
                .queueSize(current -> (int) Math.sqrt(current))
                .build();
        this.limit = WindowedLimit.newBuilder()
                .minWindowTime(WINDOW_MILLIS, TimeUnit.MILLISECONDS)
                .maxWindowTime(WINDOW_MILLIS, TimeUnit.MILLISECONDS)
                .windowSize(FEWEST_SAMPLES)
                .minRttThreshold(FASTEST_MICROS, TimeUnit.MICROSECONDS)
                .sampleWindowFactory(PercentileSampleWindowFactory.of(MEDIAN, MOST_SAMPLES))
                .build(gradient);
    }

    /**
     * Lets one in, who then must {@link #leave}, or says that there is no room.
     *
     * @param ofSameParty how many of the same party are at work
     */
    public boolean enter(Priority priority, int ofSameParty) {
        var most = limit.getLimit();
        while (true) {
            var now = atWork.get();
            if (isFull(most, now, priority, ofSameParty)) {
                refusals.increment();
                return false;
            }
            if (atWork.compareAndSet(now, now + 1)) {
                return true;
            }
        }
    }

    /** Says whether there is no room for one more, without letting anyone in. */
    public boolean isFull(Priority priority, int ofSameParty) {
        return isFull(limit.getLimit(), atWork.get(), priority, ofSameParty);
    }

    private static boolean isFull(int most, int now, Priority priority, int ofSameParty) {
        return now >= priority.roomOf(most) || now >= most / HALF && ofSameParty >= Math.max(1, most / QUARTER);
    }

    /** Lets one out whose time says nothing about the capacity, such as a stream's. */
    public void leave() {
        atWork.decrementAndGet();
    }

    /** Lets one out that came in at {@code began}, in {@link System#nanoTime}. */
    public void leave(long began) {
        sample(began, System.nanoTime() - began, atWork.getAndDecrement());
    }

    void sample(long began, long took, int atWorkThen) {
        limit.onSample(began, Math.max(1, took), atWorkThen, false);
    }

    /** Returns how many found no room. */
    public long refusals() {
        return refusals.sum();
    }

    public int limit() {
        return limit.getLimit();
    }

    public int atWork() {
        return atWork.get();
    }
}
