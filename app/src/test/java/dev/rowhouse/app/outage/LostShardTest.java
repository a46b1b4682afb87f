package dev.rowhouse.app.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.app.RunningApp.TestTenant;
import dev.rowhouse.local.PostgresServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * One of two shards crashes, or hangs with all its processes, under requests to both. The time of it is {@code
 * rowhouse.outage.seconds}, 8 where it is not set.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class LostShardTest {

    private static final Duration OUTAGE = Duration.ofSeconds(Long.getLong("rowhouse.outage.seconds", 8));
    private static final Duration KNOWN = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofSeconds(6);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CLIENTS = 4;

    private static PostgresServer lost;
    private static PostgresServer kept;
    private static RunningApp app;
    private static TestTenant far;
    private static TestTenant near;

    /** When a request began, how long its answer took, and what that was; status 0 for none. */
    private record Answered(long began, long took, int status, boolean saysWhen) {}

    @BeforeAll
    static void start() {
        lost = PostgresServer.start();
        kept = PostgresServer.start();
        app = RunningApp.over(kept.createDatabase("control"), kept.superuser(), Map.of("rowhouse.warm-houses", 0));
        app.register("lost", lost.createDatabase("lost"), lost.superuser(), 2);
        app.register("kept", kept.createDatabase("kept"), kept.superuser(), 2);
        app.publishShop();
        far = app.tenant(Map.of("shard", "lost"));
        near = app.tenant(Map.of("shard", "kept"));
    }

    @AfterAll
    static void stop() {
        app.close();
        lost.close();
        kept.close();
    }

    @Test
    void aShardThatCrashesIsItsTenantsAlone() {
        outage(lost::kill, lost::startAgain);
    }

    @Test
    void aShardThatHangsIsItsTenantsAlone() {
        outage(lost::pause, lost::goOn);
    }

    private static void outage(Runnable fault, Runnable heal) {
        var ofLost = new ConcurrentLinkedQueue<Answered>();
        var ofKept = new ConcurrentLinkedQueue<Answered>();
        long fell;
        long healed;
        try (var http = HttpClient.newHttpClient();
                var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<?>>();
            for (int client = 0; client < CLIENTS; client++) {
                int number = client;
                all.add(clients.submit(() -> ask(http, far, number, ofLost)));
                all.add(clients.submit(() -> ask(http, near, number, ofKept)));
            }
            await().atMost(PATIENCE).until(() -> ofLost.size() > 10 * CLIENTS && ofKept.size() > 10 * CLIENTS);
            fell = System.nanoTime();
            fault.run();
            try {
                sleep(OUTAGE);
            } finally {
                healed = System.nanoTime();
                heal.run();
            }
            long since = healed;
            await().atMost(PATIENCE)
                    .until(() -> ofLost.stream().anyMatch(answer -> answer.began() > since && answer.status() < 300));
            clients.shutdownNow();
        }

        assertThat(ofKept).allMatch(answer -> answer.status() < 300);
        assertThat(ofLost)
                .filteredOn(answer -> answer.began() + answer.took() < fell)
                .allMatch(answer -> answer.status() < 300);
        assertThat(ofLost).allMatch(answer -> answer.status() < 300 || answer.status() == 503 && answer.saysWhen());
        assertThat(ofLost).allMatch(answer -> answer.took() < LONGEST.toNanos());
        var known = ofLost.stream()
                .filter(answer -> answer.began() > fell + KNOWN.toNanos() && answer.began() < healed)
                .toList();
        assertThat(known).hasSizeGreaterThan(CLIENTS).allMatch(answer -> answer.status() == 503);
        System.out.printf(
                "shard lost for %d s: longest wait %d ms, once known p50 %d ms of %d; the other shard %d answers, longest %d ms%n",
                OUTAGE.toSeconds(),
                longest(ofLost),
                known.stream()
                                .mapToLong(Answered::took)
                                .sorted()
                                .skip(known.size() / 2)
                                .findFirst()
                                .orElseThrow()
                        / 1_000_000,
                known.size(),
                ofKept.size(),
                longest(ofKept));
    }

    private static long longest(Iterable<Answered> answers) {
        long longest = 0;
        for (var answer : answers) {
            longest = Math.max(longest, answer.took());
        }
        return TimeUnit.NANOSECONDS.toMillis(longest);
    }

    // Half of them read by a connection that remembers, half write; a few a second, for what is refused is refused
    // fast.
    private static Void ask(HttpClient http, TestTenant tenant, int client, ConcurrentLinkedQueue<Answered> answers)
            throws InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + app.port() + tenant.path("item")))
                .timeout(PATIENCE)
                .header("apikey", tenant.secret());
        if (client % 2 == 0) {
            request.GET();
        } else {
            request.header("Content-Type", "application/json")
                    .header("Prefer", "resolution=merge-duplicates")
                    .POST(BodyPublishers.ofString("{\"id\": " + client + ", \"name\": \"Spade\"}"));
        }
        while (true) {
            var began = System.nanoTime();
            int status = 0;
            var saysWhen = false;
            try {
                var answer = http.send(request.build(), BodyHandlers.discarding());
                status = answer.statusCode();
                saysWhen = answer.headers().firstValue("Retry-After").isPresent();
            } catch (IOException unanswered) {
                if (Thread.interrupted()) {
                    return null;
                }
            }
            answers.add(new Answered(began, System.nanoTime() - began, status, saysWhen));
            sleep(Duration.ofMillis(60));
        }
    }

    private static void sleep(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
