package dev.rowhouse.bench;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.postgresql.PGConnection;

/** Loads many rows and takes them out again; the limit is a bare {@code COPY}. */
final class Bulk {

    private static final String NDJSON = "application/x-ndjson";
    private static final int WARM_UP = 3;

    private final BenchStreet street;
    private final BenchSettings settings;
    private final String schema;
    private final String[] tenant;
    private final byte[] rows;
    private final byte[] csv;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    Bulk(BenchStreet street, BenchSettings settings) {
        this.street = street;
        this.settings = settings;
        this.schema = street.statement(Scenario.all().getFirst()).schema();
        this.tenant = firstLine(street.oneTenant()).split("\t");
        this.rows = IntStream.rangeClosed(1, settings.bulkRows())
                .mapToObj(number -> "{\"name\": \"Row " + number + "\", \"amount\": " + number + ".25}")
                .collect(Collectors.joining("\n"))
                .getBytes(StandardCharsets.UTF_8);
        this.csv = IntStream.rangeClosed(1, settings.bulkRows())
                .mapToObj(number -> "Row " + number + "," + number + ".25")
                .collect(Collectors.joining("\n"))
                .getBytes(StandardCharsets.UTF_8);
    }

    void measure(Report report) {
        var times = new LinkedHashMap<String, List<Double>>();
        try (var copy = connection()) {
            var limit = copy.unwrap(PGConnection.class);
            for (int round = 0; round < WARM_UP + settings.rounds(); round++) {
                turn(limit, round % 2 == 0, round < WARM_UP ? new LinkedHashMap<>() : times);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        var growth = new LinkedHashMap<String, Long>();
        grow(growth);
        report.section(
                "Bulk, " + String.format(Locale.ROOT, "%,d", settings.bulkRows()) + " rows of one tenant",
                "what",
                "who",
                "seconds",
                "rows per second",
                "of the limit",
                "memory growth");
        rows(report, "in, NDJSON", "in", times, growth);
        rows(report, "out, NDJSON", "out", times, growth);
        report.note(
                "The limit copies CSV in and JSON out on a connection that stands; control and Rowhouse take and send all"
                        + " rows in one request. Memory is what garbage collection leaves of the heap, and the direct buffers: the most"
                        + " seen while a transfer of its own went on, over what was there before it. Ratio and growth of these rows are"
                        + " what is claimed of bulk loads and exports.");
    }

    // Not in the measured turns: collecting garbage all the time takes time.
    private void grow(Map<String, Long> growth) {
        var relation = relation("bulk_row");
        growth.put("in", growth(() -> load(relation)));
        growth.put("out", growth(() -> export(relation)));
        street.server().execute(street.shard().database(), "TRUNCATE \"" + schema + "\".bulk_row");
    }

    private long growth(Runnable transfer) {
        long before = memory();
        long most = before;
        var thread = Thread.ofPlatform().start(transfer);
        while (thread.isAlive()) {
            most = Math.max(most, memory());
        }
        System.out.printf("  bulk memory grew by %,d MiB%n", (most - before) >> 20);
        return most - before;
    }

    private long memory() {
        return Long.parseLong(street.product().ask("memory"));
    }

    private String relation(String name) {
        return "http://localhost:" + street.productPort() + "/t/" + tenant[0] + "/rest/v1/" + name;
    }

    private long export(String relation) {
        return lines(read(relation + "?select=name,amount"));
    }

    // Who comes first after the control is the slower for it, so with and without the journal take turns.
    private void turn(PGConnection limit, boolean silentFirst, Map<String, List<Double>> times) {
        var silent = "\"" + schema + "\".silent_row";
        add(times, "in limit", () -> copyIn(limit, silent));
        add(times, "out limit", () -> copyOut(limit, silent));
        street.server().execute(street.shard().database(), "TRUNCATE " + silent);
        var control = "http://localhost:" + street.controlPort() + "/bulk";
        add(times, "in control", () -> load(control));
        requireLoaded(street.controlDatabase().database(), "bulk_row");
        add(times, "out control", () -> lines(read(control)));
        street.server().execute(street.controlDatabase().database(), "TRUNCATE bulk_row");
        if (silentFirst) {
            silent(times);
        }
        var house = "\"" + schema + "\".bulk_row";
        var relation = relation("bulk_row");
        add(times, "in product", () -> load(relation));
        requireLoaded(street.shard().database(), house);
        add(times, "out product", () -> export(relation));
        street.server().execute(street.shard().database(), "TRUNCATE " + house);
        if (!silentFirst) {
            silent(times);
        }
    }

    private void silent(Map<String, List<Double>> times) {
        var house = "\"" + schema + "\".silent_row";
        add(times, "in silent", () -> load(relation("silent_row")));
        requireLoaded(street.shard().database(), house);
        street.server().execute(street.shard().database(), "TRUNCATE " + house);
    }

    // Asked of the database: an answer may claim anything.
    private void requireLoaded(String database, String relation) {
        var count = street.server()
                .query(database, "SELECT count(*) FROM " + relation)
                .getFirst();
        if (Long.parseLong(count) != settings.bulkRows()) {
            throw new IllegalStateException(relation + " has " + count + " rows after the load");
        }
    }

    private interface Work {
        long run() throws SQLException, IOException;
    }

    private void add(Map<String, List<Double>> times, String name, Work work) {
        try {
            long start = System.nanoTime();
            long moved = work.run();
            double seconds = (System.nanoTime() - start) / 1e9;
            if (moved != settings.bulkRows()) {
                throw new IllegalStateException(name + " moved " + moved + " rows");
            }
            System.out.printf("  bulk %-12s %,d rows in %.2f s%n", name, moved, seconds);
            times.computeIfAbsent(name, _ -> new ArrayList<>()).add(seconds);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void rows(
            Report report, String what, String key, Map<String, List<Double>> times, Map<String, Long> growth) {
        double limit = median(times.get(key + " limit"));
        var grown = (growth.get(key) >> 20) + " MiB";
        row(report, what, "limit (COPY)", limit, limit, "");
        row(report, what, "control", median(times.get(key + " control")), limit, "");
        row(report, what, "Rowhouse", median(times.get(key + " product")), limit, grown);
        if (times.containsKey(key + " silent")) {
            row(report, what, "Rowhouse, no journal", median(times.get(key + " silent")), limit, "");
        }
    }

    private void row(Report report, String what, String who, double seconds, double limit, String growth) {
        report.row(
                what,
                who,
                String.format(Locale.ROOT, "%.2f", seconds),
                Report.number(settings.bulkRows() / seconds),
                String.format(Locale.ROOT, "%.2f", limit / seconds),
                growth);
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private long load(String url) {
        send(HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", NDJSON)
                .header("Prefer", "return=minimal")
                .POST(BodyPublishers.ofByteArray(rows)));
        return settings.bulkRows();
    }

    private byte[] read(String url) {
        return send(HttpRequest.newBuilder(URI.create(url)).header("Accept", NDJSON));
    }

    private static long lines(byte[] text) {
        long lines = 0;
        for (var character : text) {
            if (character == '\n') {
                lines++;
            }
        }
        return lines;
    }

    private byte[] send(HttpRequest.Builder request) {
        try {
            var answer = http.send(request.header("apikey", tenant[1]).build(), BodyHandlers.ofByteArray());
            if (answer.statusCode() / 100 != 2) {
                throw new IllegalStateException(
                        answer.statusCode() + ": " + new String(answer.body(), StandardCharsets.UTF_8));
            }
            return answer.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private long copyIn(PGConnection connection, String relation) throws SQLException, IOException {
        return connection
                .getCopyAPI()
                .copyIn("COPY " + relation + " (name, amount) FROM STDIN (FORMAT csv)", new ByteArrayInputStream(csv));
    }

    private static long copyOut(PGConnection connection, String relation) throws SQLException, IOException {
        return connection
                .getCopyAPI()
                .copyOut(
                        "COPY (SELECT row_to_json(r) FROM (SELECT name, amount FROM " + relation + ") AS r) TO STDOUT",
                        OutputStream.nullOutputStream());
    }

    private Connection connection() throws SQLException {
        var endpoint = street.shard();
        var url = "jdbc:postgresql://" + endpoint.host() + ":" + endpoint.port() + "/" + endpoint.database();
        var login = street.server().superuser();
        return DriverManager.getConnection(url, login.user(), login.password());
    }

    private static String firstLine(Path file) {
        try (var lines = Files.lines(file)) {
            return lines.findFirst().orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
