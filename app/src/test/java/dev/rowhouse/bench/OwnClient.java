package dev.rowhouse.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;

/** The load generator where wrk is not installed: a thread and a connection each, plain HTTP/1.1, in a JVM of its own. */
final class OwnClient implements LoadGenerator {

    private static final int SLOWEST_MICROSECONDS = 60_000_000;

    @Override
    public String name() {
        return "the benchmark's own client, a thread for each connection";
    }

    @Override
    public Sample run(int port, Call call, Path tenants, int connections, int seconds) {
        var headers = new StringBuilder();
        call.headers()
                .forEach((name, value) ->
                        headers.append(name).append(": ").append(value).append("\r\n"));
        var output = Tool.run(
                List.of(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OwnClient.class.getName(),
                        Integer.toString(port),
                        call.method(),
                        call.path(),
                        headers.toString(),
                        call.body(),
                        tenants.toString(),
                        Integer.toString(connections),
                        Integer.toString(seconds)),
                Map.of());
        return Sample.of(
                Tool.number(output, "per second="), Tool.number(output, "p50="), Tool.number(output, "p99="), (long)
                        Tool.number(output, "failures="));
    }

    public static void main(String[] arguments) throws Exception {
        var tenants = Files.readAllLines(Path.of(arguments[5]));
        int connections = Integer.parseInt(arguments[6]);
        int seconds = Integer.parseInt(arguments[7]);
        var times = new ConcurrentHistogram(SLOWEST_MICROSECONDS, 3);
        var failures = new AtomicLong();
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        var threads = new Thread[connections];
        for (int i = 0; i < connections; i++) {
            threads[i] = Thread.ofPlatform().start(() -> keepBusy(arguments, tenants, end, times, failures));
        }
        for (var thread : threads) {
            thread.join();
        }
        System.out.printf(
                Locale.ROOT,
                "per second= %.1f%np50= %d%np99= %d%nfailures= %d%n",
                times.getTotalCount() / (double) seconds,
                times.getValueAtPercentile(50),
                times.getValueAtPercentile(99),
                failures.get());
    }

    private static void keepBusy(
            String[] call, List<String> tenants, long end, ConcurrentHistogram times, AtomicLong failures) {
        try (var socket = new Socket("127.0.0.1", Integer.parseInt(call[0]))) {
            socket.setTcpNoDelay(true);
            var input = new BufferedInputStream(socket.getInputStream());
            while (System.nanoTime() < end) {
                long start = System.nanoTime();
                socket.getOutputStream().write(request(call, tenants).getBytes(StandardCharsets.UTF_8));
                if (status(input) / 100 != 2) {
                    failures.incrementAndGet();
                }
                times.recordValue(Math.min((System.nanoTime() - start) / 1_000, SLOWEST_MICROSECONDS));
            }
        } catch (IOException e) {
            failures.incrementAndGet();
            throw new UncheckedIOException(e);
        }
    }

    static String request(String[] call, List<String> tenants) {
        var random = ThreadLocalRandom.current();
        var tenant = tenants.get(random.nextInt(tenants.size())).split("\t");
        var id = Integer.toString(1 + random.nextInt(Scenario.ITEMS));
        var below = Integer.toString(random.nextInt(Scenario.LAST_PAGE + 1));
        var category = Integer.toString(random.nextInt(Scenario.CATEGORIES));
        var body = call[4].replace("{id}", id).replace("{below}", below);
        var text = call[1] + " " + call[2] + " HTTP/1.1\r\nHost: localhost\r\n" + call[3]
                + (body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n") + "\r\n" + body;
        return text.replace("{tenant}", tenant[0])
                .replace("{key}", tenant[1])
                .replace("{id}", id)
                .replace("{below}", below)
                .replace("{category}", category);
    }

    // Reads one answer to its end: by its length, or chunk by chunk.
    static int status(InputStream input) throws IOException {
        int status = Integer.parseInt(line(input).split(" ")[1]);
        int length = 0;
        boolean chunked = false;
        for (var header = line(input); !header.isEmpty(); header = line(input)) {
            var lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring(15).strip());
            }
            chunked |= lower.startsWith("transfer-encoding:") && lower.contains("chunked");
        }
        if (chunked) {
            int size = Integer.parseInt(line(input), 16);
            while (size > 0) {
                input.skipNBytes(size + 2L);
                size = Integer.parseInt(line(input), 16);
            }
            line(input);
        } else {
            input.skipNBytes(length);
        }
        return status;
    }

    private static String line(InputStream input) throws IOException {
        var line = new StringBuilder(64);
        for (int c = input.read(); c != '\n'; c = input.read()) {
            if (c < 0) {
                throw new IOException("the connection was closed");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }
}
