package dev.rowhouse.checked;

import dev.rowhouse.tenancy.journal.Change;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import tools.jackson.databind.json.JsonMapper;

/** Hears a tenant's live events, and whenever its stream ends comes back with the last id that it was given. */
final class StreamReader implements AutoCloseable {

    private static final long PAUSE_MILLIS = 50;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ApiWriter.Access access;
    private final Supplier<String> base;
    private final ConcurrentLinkedQueue<Told> told = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicInteger streams = new AtomicInteger();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final Thread thread;
    private String lastId = "";
    private volatile boolean closed;

    /** @param base of an application that lives, asked for with each stream */
    StreamReader(ApiWriter.Access access, Supplier<String> base) {
        this.access = access;
        this.base = base;
        this.thread = Thread.ofVirtual().start(this::run);
    }

    /** Waits until it is heard from where all that comes is told. */
    void awaitBegin() throws InterruptedException {
        begun.await();
    }

    List<Told> told() {
        return List.copyOf(told);
    }

    int count() {
        return count.get();
    }

    int streams() {
        return streams.get();
    }

    private void run() {
        while (!closed) {
            try {
                hear();
                Thread.sleep(PAUSE_MILLIS);
            } catch (IOException _) {
                Thread.onSpinWait();
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    private void hear() throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(base.get() + "/t/" + access.tenant() + "/events/v1"))
                .header("apikey", access.key());
        if (!lastId.isEmpty()) {
            request.header("Last-Event-ID", lastId);
        }
        var response = http.send(request.build(), BodyHandlers.ofInputStream());
        try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            if (response.statusCode() == 200) {
                streams.incrementAndGet();
                hear(lines);
            }
        }
    }

    // What has no empty line behind it has not come.
    private void hear(BufferedReader lines) throws IOException {
        var name = "";
        var id = "";
        var data = "";
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("event: ")) {
                name = line.substring(7);
            } else if (line.startsWith("id: ")) {
                id = line.substring(4);
            } else if (line.startsWith("data: ")) {
                data = line.substring(6);
            } else if (line.isEmpty()) {
                take(name, data);
                lastId = id.isEmpty() ? lastId : id;
                begun.countDown();
                name = id = data = "";
            }
        }
    }

    private void take(String name, String data) {
        if (!data.isEmpty() && !name.equals("cut")) {
            var event = JsonMapper.shared().readTree(data);
            var what = event.get("data");
            told.add(new Told(
                    event.get("id").stringValue(),
                    new RowName(
                            access.tenant(),
                            what.get("relation").stringValue(),
                            what.get("key").get("id").stringValue()),
                    Change.valueOf(name.toUpperCase(Locale.ROOT)),
                    Told.image(what.get("before")),
                    Told.image(what.get("after"))));
            count.incrementAndGet();
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
