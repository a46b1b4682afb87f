package dev.rowhouse.bench;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that has nothing to do with anyone and uses as much of the processors as {@link Costly}'s requests do, as often:
 * what it does to the quiet ones nobody but the machine does.
 */
final class Burner {

    private Burner() {}

    /** @param microseconds of processor time for each of {@link Costly#PER_SECOND} */
    static void run(int seconds, long microseconds) {
        Tool.run(Burner.class, List.of("-Xmx32m"), List.of(Integer.toString(seconds), Long.toString(microseconds)));
    }

    public static void main(String[] arguments) {
        int times = Integer.parseInt(arguments[0]) * Costly.PER_SECOND;
        long nanoseconds = TimeUnit.MICROSECONDS.toNanos(Long.parseLong(arguments[1]));
        try (var threads = Executors.newCachedThreadPool()) {
            long start = System.nanoTime();
            for (int number = 0; number < times; number++) {
                long due = start + number * TimeUnit.SECONDS.toNanos(1) / Costly.PER_SECOND;
                LockSupport.parkNanos(due - System.nanoTime());
                threads.execute(() -> burn(nanoseconds));
            }
        }
    }

    private static void burn(long nanoseconds) {
        var clock = ManagementFactory.getThreadMXBean();
        long end = clock.getCurrentThreadCpuTime() + nanoseconds;
        while (clock.getCurrentThreadCpuTime() < end) {
            Thread.onSpinWait();
        }
    }
}
