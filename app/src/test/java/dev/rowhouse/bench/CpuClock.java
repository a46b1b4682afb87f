package dev.rowhouse.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The processor time of a process and its descendants, from {@code /proc}; children that have ended are included. */
record CpuClock(long pid) {

    /** Of a tick, which is a hundredth of a second on every Linux. */
    private static final long MICROSECONDS = 10_000;

    private static final int FIRST_FIELD_AFTER_NAME = 3;

    /** Returns the microseconds used so far, in user and in kernel mode. */
    long microseconds() {
        var processes = ProcessHandle.of(pid).stream()
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()));
        return processes.mapToLong(process -> ticks(process.pid())).sum() * MICROSECONDS;
    }

    // Fields 14 to 17: utime, stime, cutime, cstime. The name in field 2 may hold blanks, so counting begins behind it.
    private static long ticks(long process) {
        try {
            var stat = Files.readString(Path.of("/proc", Long.toString(process), "stat"));
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            long sum = 0;
            for (int field = 14; field <= 17; field++) {
                sum += Long.parseLong(fields[field - FIRST_FIELD_AFTER_NAME]);
            }
            return sum;
        } catch (IOException e) {
            return 0; // it has ended; its parent has taken over its time
        }
    }
}
