package dev.rowhouse.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Measures how long the image takes from the process's start to ready, and what memory it has then, with its AOT cache and without. */
final class StartUps {

    private static final int TIMES = 9;

    // What a pod of the base is given: its gibibyte makes the JVM take the serial collector.
    private static final List<String> AS_IN_A_POD =
            List.of("-XX:+UseSerialGC", "-Xmx563m", "-XX:+ExitOnOutOfMemoryError");

    private StartUps() {}

    private record StartUp(double seconds, double mebibytes) {}

    /** Returns a table in Markdown. */
    static String measured(ImageRoot root, Servers servers, Path log) throws IOException {
        var with = new ArrayList<StartUp>();
        var without = new ArrayList<StartUp>();
        for (int time = 0; time < TIMES; time++) {
            with.add(once(root, List.of("-XX:AOTCache=" + ImageRoot.AOT_CACHE, "-XX:AOTMode=on"), servers, log));
            without.add(once(root, List.of("-XX:AOTMode=off"), servers, log));
        }
        return "| start | to ready, median | least | most | resident memory, median |\n|---|---:|---:|---:|---:|\n"
                + row("with the AOT cache", with) + row("without", without);
    }

    private static StartUp once(ImageRoot root, List<String> options, Servers servers, Path log) throws IOException {
        var all = new ArrayList<>(AS_IN_A_POD);
        all.addAll(options);
        long began = System.nanoTime();
        try (var running = RunningImage.start(root, all, servers, log)) {
            return new StartUp(
                    (System.nanoTime() - began) / (double) TimeUnit.SECONDS.toNanos(1), resident(running.pid()));
        }
    }

    private static double resident(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }

    private static String row(String name, List<StartUp> startUps) {
        var seconds = startUps.stream().mapToDouble(StartUp::seconds).sorted().toArray();
        var memory = startUps.stream().mapToDouble(StartUp::mebibytes).sorted().toArray();
        return String.format(
                Locale.ROOT,
                "| %s | %.2f s | %.2f s | %.2f s | %.0f MiB |%n",
                name,
                seconds[seconds.length / 2],
                seconds[0],
                seconds[seconds.length - 1],
                memory[memory.length / 2]);
    }
}
