package dev.rowhouse.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.HdrHistogram.ConcurrentHistogram;

/** A tenant of few requests that cost much: exports, bodies of a mebibyte and slow queries, at a rate of its own. */
final class Costly {

    /** Of all kinds together. */
    static final int PER_SECOND = 12;

    private static final int SLOWEST_MICROSECONDS = 60_000_000;
    private static final int BODY = 1024 * 1024;
    private static final String NDJSON = "application/x-ndjson";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<HttpRequest> requests;
    private final ConcurrentHistogram served = new ConcurrentHistogram(SLOWEST_MICROSECONDS, 3);
    private final ConcurrentHistogram refused = new ConcurrentHistogram(SLOWEST_MICROSECONDS, 3);
    private final AtomicLong failed = new AtomicLong();

    Costly(int port, String slug, String key) {
        var base = "http://localhost:" + port + "/t/" + slug + "/rest/v1/";
        this.requests = List.of(
                request(base + "part", key).header("Accept", NDJSON).build(),
                request(base + "entry", key)
                        .header("Content-Type", NDJSON)
                        .header("Prefer", "return=minimal")
                        .POST(BodyPublishers.ofByteArray(body()))
                        .build(),
                request(base + "part?select=id,name&name=ilike.*9*&order=name.desc&limit=1000", key)
                        .header("Prefer", "count=exact")
                        .build());
    }

    private static HttpRequest.Builder request(String url, String key) {
        return HttpRequest.newBuilder(URI.create(url)).header("apikey", key);
    }

    private static byte[] body() {
        var row = "{\"name\": \"costly\", \"amount\": 17}\n";
        return IntStream.range(0, BODY / row.length())
                .mapToObj(_ -> row)
                .collect(Collectors.joining())
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Sends one request after another, whatever becomes of the earlier ones. */
    Offered run(int seconds) {
        try (var people = Executors.newVirtualThreadPerTaskExecutor()) {
            long start = System.nanoTime();
            var sent = IntStream.range(0, seconds * PER_SECOND)
                    .<Future<?>>mapToObj(number -> {
                        long due = start + number * TimeUnit.SECONDS.toNanos(1) / PER_SECOND;
                        LockSupport.parkNanos(due - System.nanoTime());
                        return people.submit(() -> send(requests.get(number % requests.size()), due));
                    })
                    .toList();
            for (var each : sent) {
                each.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        return new Offered(
                served.getTotalCount() / (double) seconds,
                served.getValueAtPercentile(50),
                served.getValueAtPercentile(99),
                refused.getTotalCount() / (double) seconds,
                refused.getValueAtPercentile(99),
                failed.get());
    }

    private Void send(HttpRequest request, long due) throws InterruptedException {
        try {
            int status = http.send(request, BodyHandlers.discarding()).statusCode();
            long took = Math.min((System.nanoTime() - due) / 1_000, SLOWEST_MICROSECONDS);
            if (status / 100 == 2) {
                served.recordValue(took);
            } else if (status == 429 || status == 503) {
                refused.recordValue(took);
            } else {
                failed.incrementAndGet();
            }
        } catch (IOException e) {
            failed.incrementAndGet();
        }
        return null;
    }
}
