package dev.rowhouse.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The Markdown page of one run. */
final class Report {

    private final List<String> lines = new ArrayList<>();

    Report(BenchSettings settings, String generator, String limit) {
        lines.add("# Benchmarks");
        lines.add("");
        lines.add(
                "Written by `mvn -Pbench` on " + LocalDate.now(ZoneOffset.UTC) + ". How to read it: compare the ratios,"
                        + " which travel from machine to machine; the absolute numbers do not, and say only what this machine"
                        + " did while database, application and load generator shared it.");
        lines.add("");
        lines.add("- Machine: " + machine());
        lines.add(
                "- Settings: " + settings.connections() + " connections, " + settings.rounds() + " rounds of "
                        + settings.seconds()
                        + " s in turn, medians; before them control and product each ran every kind of"
                        + " request for " + settings.warmUpSeconds() + " s at the least and until it brought no more."
                        + " PostgreSQL 18 with fsync and synchronous_commit on, 128 MB of shared buffers; all on this machine.");
        lines.add("- Load: " + generator + ", closed loop, a process of its own.");
        lines.add("- Limit: " + limit
                + ", the statement that the product itself writes, in the same transaction shape, as"
                + " many clients in two threads, always one house: its script cannot change the names in a statement.");
        lines.add(
                "- Control: a WebFlux and R2DBC application of one file (`Control.java`), one schema, no authentication;"
                        + " same JVM, heap and garbage collector as the product.");
        lines.add("- CPU is microseconds per request of all threads of the application, and of all processes of the"
                + " database.");
    }

    void section(String title, String... columns) {
        lines.add("");
        lines.add("## " + title);
        lines.add("");
        lines.add("| " + String.join(" | ", columns) + " |");
        lines.add("|---" + "|---:".repeat(columns.length - 1) + "|");
    }

    void row(String... cells) {
        lines.add("| " + String.join(" | ", cells) + " |");
    }

    /** Adds a line of the table of requests. */
    void request(String scenario, String who, Sample sample, @Nullable Sample limit, @Nullable Sample control) {
        row(
                scenario,
                who,
                number(sample.perSecond()),
                milliseconds(sample.p50()),
                milliseconds(sample.p99()),
                number(sample.applicationCpu()),
                number(sample.databaseCpu()),
                ratio(sample, limit),
                ratio(sample, control),
                Long.toString(sample.failures()));
    }

    void note(String text) {
        lines.add("");
        lines.add(text);
    }

    String text() {
        return String.join("\n", lines) + "\n";
    }

    void writeTo(Path file) {
        try {
            Files.writeString(file, text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String number(double number) {
        return Double.isNaN(number) ? "" : String.format(Locale.ROOT, "%,.0f", number);
    }

    static String milliseconds(double microseconds) {
        return String.format(Locale.ROOT, "%.2f ms", microseconds / 1_000);
    }

    private static String ratio(Sample sample, @Nullable Sample base) {
        return base == null ? "" : String.format(Locale.ROOT, "%.2f", sample.perSecond() / base.perSecond());
    }

    private static String machine() {
        return Runtime.getRuntime().availableProcessors() + " × " + field("/proc/cpuinfo", "model name") + ", "
                + field("/proc/meminfo", "MemTotal") + ", " + System.getProperty("os.name") + " "
                + System.getProperty("os.version") + ", Java " + System.getProperty("java.version");
    }

    private static String field(String file, String name) {
        try (var fields = Files.lines(Path.of(file))) {
            return fields.filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }
}
