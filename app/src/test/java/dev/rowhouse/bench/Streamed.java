package dev.rowhouse.bench;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** A tenant's client that follows a relation by server-sent events until it has seen all commits. */
final class Streamed {

    private final CompletableFuture<Histogram> delays;

    private Streamed(CompletableFuture<Histogram> delays) {
        this.delays = delays;
    }

    /** Opens the stream; returns when it has begun. */
    static Streamed of(int port, String slug, String key, String relation, Commits commits) {
        var request = HttpRequest.newBuilder(
                        URI.create("http://localhost:" + port + "/t/" + slug + "/events/v1?relation=" + relation))
                .header("apikey", key)
                .build();
        var response = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .sendAsync(request, BodyHandlers.ofLines())
                .join();
        if (response.statusCode() != 200) {
            throw new IllegalStateException("a stream was answered with " + response.statusCode());
        }
        return new Streamed(CompletableFuture.supplyAsync(
                () -> {
                    var delays = Commits.histogram();
                    try (var lines = response.body()) {
                        var each = lines.iterator();
                        while (delays.getTotalCount() < commits.expected() && each.hasNext()) {
                            commits.seen(each.next(), delays);
                        }
                    }
                    return delays;
                },
                Thread.ofPlatform()::start));
    }

    /** Returns how many microseconds each of the commits took. */
    Histogram delays(Duration patience) {
        return delays.orTimeout(patience.toSeconds(), TimeUnit.SECONDS).join();
    }
}
