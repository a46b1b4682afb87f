package dev.rowhouse.bench;

import dev.rowhouse.local.FreePort;
import dev.rowhouse.local.KafkaServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Measures the way of changes to whoever reads Kafka or a stream: how many it takes, and how long one is on it. */
final class Relayed {

    private static final String TOPIC = "rowhouse.rows";
    private static final int WARM_UP = 20_000;
    private static final int EACH = 100_000;
    private static final int PER_SECOND = 200;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final BenchStreet street;
    private final BenchSettings settings;
    private final String schema;

    Relayed(BenchStreet street, BenchSettings settings) {
        this.street = street;
        this.settings = settings;
        this.schema = "\"" + street.statement(Scenario.all().getFirst()).schema() + "\"";
    }

    void measure(Report report) {
        try (var kafka = KafkaServer.keeping(street.directory().resolve("kafka"), FreePort.any());
                var database = connection()) {
            street.restart(0, Map.of("rowhouse.kafka.bootstrap-servers", kafka.bootstrapServer()));
            try (var reader = new Reader(kafka.bootstrapServer(), database)) {
                reader.drained(database, single(WARM_UP), WARM_UP);
                double singles = EACH / reader.drained(database, single(EACH), EACH);
                double bulk = EACH / reader.drained(database, many(EACH), EACH);
                var commits = new Commits(settings.seconds() * PER_SECOND);
                var tenant = firstTenant();
                var streamed = Streamed.of(street.productPort(), tenant[0], tenant[1], "entry", commits);
                var writer = CompletableFuture.runAsync(() -> write(database, commits), Thread.ofPlatform()::start);
                var delay = reader.delays(commits);
                writer.join();
                report.section("From commit to Kafka and to a stream", "what", "events per second", "p50", "p99");
                report.row(count(EACH) + " statements of one row, one commit", Report.number(singles), "", "");
                report.row(count(EACH) + " rows of one statement", Report.number(bulk), "", "");
                delays(report, "to Kafka", delay);
                delays(report, "to a stream of server-sent events", streamed.delays(PATIENCE));
                report.note(
                        "From the commit's answer to the record in the hands of a consumer that reads what is committed,"
                                + " or to the event in those of an HTTP client, of the same commits; the backlog of a commit,"
                                + " until its last record is. Kafka of one node, on this machine.");
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } finally {
            street.restart(0);
        }
    }

    private static void delays(Report report, String where, Histogram delay) {
        report.row(
                PER_SECOND + " commits of one row per second, " + where,
                Report.number(PER_SECOND),
                Report.milliseconds(delay.getValueAtPercentile(50)),
                Report.milliseconds(delay.getValueAtPercentile(99)));
    }

    private String[] firstTenant() {
        try (var lines = Files.lines(street.tenants())) {
            return lines.findFirst().orElseThrow().split("\t");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(Connection database, Commits commits) {
        try (var insert = database.prepareStatement("INSERT INTO " + schema + ".entry (name, amount) VALUES (?, 1)")) {
            long start = System.nanoTime();
            for (int commit = 0; commit < commits.expected(); commit++) {
                LockSupport.parkNanos(start + commit * (TimeUnit.SECONDS.toNanos(1) / PER_SECOND) - System.nanoTime());
                insert.setString(1, Commits.name(commit));
                insert.executeUpdate();
                commits.done(commit);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    // Each a statement of its own to the journal.
    private String single(int rows) {
        return "DO $$ BEGIN FOR n IN 1.." + rows + " LOOP INSERT INTO " + schema
                + ".entry (name, amount) VALUES ('relayed', n); END LOOP; END $$";
    }

    private String many(int rows) {
        return "INSERT INTO " + schema + ".entry (name, amount) SELECT 'relayed', n FROM generate_series(1, " + rows
                + ") AS n";
    }

    /** A consumer of all that is committed. */
    private final class Reader implements AutoCloseable {

        private final KafkaConsumer<String, String> consumer;

        /** Waits until the product has begun to publish. */
        Reader(String bootstrapServer, Connection database) throws SQLException {
            var clients = new Properties();
            clients.put("bootstrap.servers", bootstrapServer);
            clients.put("isolation.level", "read_committed");
            clients.put("auto.offset.reset", "earliest");
            consumer = new KafkaConsumer<>(clients, new StringDeserializer(), new StringDeserializer());
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!consumer.listTopics().containsKey(TOPIC)) {
                pause(deadline);
            }
            consumer.assign(consumer.partitionsFor(TOPIC).stream()
                    .map(partition -> new TopicPartition(TOPIC, partition.partition()))
                    .toList());
            while (readers() == 0) {
                pause(deadline);
            }
            execute(database, single(1));
            while (consumer.poll(Duration.ofMillis(100)).isEmpty()) {
                pause(deadline);
            }
        }

        /** Returns how many seconds it took until all {@code rows} that {@code sql} has inserted were read. */
        double drained(Connection database, String sql, int rows) throws SQLException {
            execute(database, sql);
            long start = System.nanoTime();
            long deadline = start + PATIENCE.toNanos();
            int read = 0;
            while (read < rows) {
                read += consumer.poll(Duration.ofMillis(100)).count();
                requireBefore(deadline);
            }
            return (System.nanoTime() - start) / 1e9;
        }

        /** Returns how many microseconds each of the commits took. */
        Histogram delays(Commits commits) {
            var delays = Commits.histogram();
            long deadline = System.nanoTime() + PATIENCE.toNanos() + TimeUnit.SECONDS.toNanos(settings.seconds());
            while (delays.getTotalCount() < commits.expected()) {
                for (var record : consumer.poll(Duration.ofMillis(20))) {
                    commits.seen(record.value(), delays);
                }
                requireBefore(deadline);
            }
            return delays;
        }

        @Override
        public void close() {
            consumer.close();
        }
    }

    private int readers() {
        return street.server()
                .query(street.shard().database(), "SELECT 1 FROM rowhouse.journal_reader WHERE name = 'relay'")
                .size();
    }

    private static void execute(Connection database, String sql) throws SQLException {
        try (var statement = database.createStatement()) {
            statement.execute(sql);
        }
    }

    private Connection connection() throws SQLException {
        var endpoint = street.shard();
        var url = "jdbc:postgresql://" + endpoint.host() + ":" + endpoint.port() + "/" + endpoint.database();
        var login = street.server().superuser();
        return DriverManager.getConnection(url, login.user(), login.password());
    }

    private static void pause(long deadline) {
        requireBefore(deadline);
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }

    private static void requireBefore(long deadline) {
        if (System.nanoTime() > deadline) {
            throw new IllegalStateException("Kafka has not got all within " + PATIENCE);
        }
    }

    private static String count(int number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
