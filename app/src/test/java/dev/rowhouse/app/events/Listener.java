package dev.rowhouse.app.events;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** A client of one stream, which hears it as it comes. */
final class Listener implements AutoCloseable {

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final long PATIENCE = 10;

    /** What came between two empty lines; the end of the stream has the name {@code end}. */
    record Heard(String name, String id, String data) {

        JsonNode json() {
            return JsonMapper.shared().readTree(data);
        }

        JsonNode row(String image) {
            return json().get("data").get(image);
        }
    }

    private final HttpResponse<InputStream> response;
    private final JsonNode problem;
    private final LinkedBlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
    private volatile String lastId = "";

    /** @param headers in pairs */
    Listener(String url, String... headers) {
        try {
            var request = HttpRequest.newBuilder(URI.create(url));
            if (headers.length > 0) {
                request.headers(headers);
            }
            response = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (status() == 200) {
            problem = MissingNode.getInstance();
            Thread.ofVirtual().start(this::hear);
            begun();
        } else {
            problem = read(response);
        }
    }

    private static JsonNode read(HttpResponse<InputStream> refused) {
        try (var body = refused.body()) {
            return JsonMapper.shared().readTree(body.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int status() {
        return response.statusCode();
    }

    String header(String name) {
        return response.headers().firstValue(name).orElse(null);
    }

    JsonNode problem() {
        return problem;
    }

    String lastId() {
        return lastId;
    }

    /** Returns the next event; what only shows that the stream lives is none. */
    Heard next() {
        try {
            var next = heard.poll(PATIENCE, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("nothing was heard");
            }
            lastId = next.id().isEmpty() ? lastId : next.id();
            return next.data().isEmpty() && !next.name().equals("end") ? next() : next;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    List<Heard> next(int count) {
        var events = new ArrayList<Heard>();
        while (events.size() < count) {
            events.add(next());
        }
        return events;
    }

    @Override
    public void close() {
        try {
            response.body().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // The first thing that comes has no data but the id to come back with.
    private void begun() {
        try {
            lastId = heard.take().id();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void hear() {
        var name = "";
        var id = "";
        var data = "";
        try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty()) {
                    heard.add(new Heard(name, id, data));
                    name = id = data = "";
                } else if (line.startsWith("event: ")) {
                    name = line.substring(7);
                } else if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("data: ")) {
                    data = line.substring(6);
                }
            }
            heard.add(new Heard("end", "", ""));
        } catch (IOException _) {
            heard.add(new Heard("end", "", ""));
        }
    }
}
