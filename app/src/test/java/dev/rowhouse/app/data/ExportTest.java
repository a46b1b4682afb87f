package dev.rowhouse.app.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.app.RunningApp.TestTenant;
import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.directory.Residents;
import dev.rowhouse.tenancy.shard.Shards;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import reactor.core.publisher.Flux;

/** Whoever has the secret key takes every row out in one answer. */
class ExportTest {

    private static final int ROWS = 12_000;
    private static final long MUCH = 16 << 20;
    private static final String NDJSON = "application/x-ndjson";
    private static final String CSV = "text/csv";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final String TABLES = """
            CREATE TABLE shelf (id int PRIMARY KEY, name text);
            CREATE TABLE book (id int PRIMARY KEY, shelf int REFERENCES shelf, "the, title" text, extra jsonb);
            CREATE INDEX book_shelf ON book (shelf);
            CREATE TABLE empty (id int PRIMARY KEY);
            CREATE TABLE keyless (id int, name text);
            CREATE TABLE wide (id int PRIMARY KEY, name text);
            ALTER TABLE wide ALTER name SET STORAGE EXTERNAL;
            CREATE TABLE parted (id int, name text) PARTITION BY RANGE (id);
            CREATE TABLE parted_low PARTITION OF parted FOR VALUES FROM (0) TO (1000);
            CREATE TABLE parted_high PARTITION OF parted FOR VALUES FROM (1000) TO (1000000);
            CREATE TABLE parent (id int, name text);
            CREATE TABLE child () INHERITS (parent);
            CREATE VIEW shelf_name AS SELECT id, name FROM shelf;
            CREATE FUNCTION seen(wide) RETURNS bigint VOLATILE LANGUAGE plpgsql AS
              'BEGIN RETURN (SELECT count(*) FROM empty); END';
            GRANT SELECT ON shelf, book TO anon;
            """;

    private static final String FILLING = """
            SET search_path TO %s;
            INSERT INTO shelf SELECT n, 'shelf ' || n FROM generate_series(1, 12000) AS n;
            INSERT INTO book SELECT n, n, 'a "quoted", ' || chr(10) || 'title \\ ' || n, '{"n": 1}' FROM generate_series(1, 12000) AS n;
            DELETE FROM book WHERE id BETWEEN 3000 AND 5000;
            INSERT INTO book SELECT n, n, 'again ' || n FROM generate_series(3000, 5000) AS n;
            UPDATE book SET extra = NULL WHERE id % 7 = 0;
            INSERT INTO keyless SELECT n, 'k' || n FROM generate_series(1, 12000) AS n;
            INSERT INTO wide SELECT n, repeat(md5(n::text), 100) FROM generate_series(1, 4000) AS n;
            INSERT INTO parted SELECT n, 'p' || n FROM generate_series(1, 12000) AS n;
            INSERT INTO parent SELECT n, 'p' || n FROM generate_series(1, 500) AS n;
            INSERT INTO child SELECT n, 'c' || n FROM generate_series(501, 12000) AS n;
            """;

    private static final RunningApp APP = RunningApp.shared();
    private static TestTenant tenant;
    private static String schema;

    @BeforeAll
    static void fill() {
        APP.operator()
                .put()
                .uri("/admin/v1/blueprints/archive/versions/1")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(List.of(Map.of("name", "archive.sql", "text", TABLES)))
                .exchange()
                .expectStatus()
                .isCreated();
        tenant = APP.tenant(Map.of("blueprint", "archive"));
        var resident = APP.bean(Residents.class).find(new Slug(tenant.slug())).block(PATIENCE);
        schema = resident.tenant().house().schema().quoted();
        execute(FILLING.replace("%s", schema));
    }

    @ParameterizedTest
    @CsvSource({
        "shelf, shelf, 12000",
        "book, book, 12000",
        "empty, empty, 0",
        "keyless, keyless, 12000",
        "wide, wide, 4000",
        "parted, parted, 12000",
        "parent, parent, 12000",
        "shelf_name, shelf_name, 12000"
    })
    void everyRowIsALine(String relation, String source, int count) {
        var expected = query("SELECT row_to_json(r)::text FROM " + schema + "." + source + " AS r");

        assertThat(expected).hasSize(count);
        assertThat(sorted(lines(get(relation, NDJSON, tenant.secret())))).isEqualTo(sorted(expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "&order=id", "&id=gt.0"})
    void csvHasOneHeading(String more) {
        var answer = get("book?select=id,\"the, title\",extra" + more, CSV, tenant.secret());
        var rows =
                query("SELECT replace(left(substr((r.*)::text, 2), -1), '\\\\', '\\') FROM (SELECT id, \"the, title\","
                        + " extra FROM " + schema + ".book ORDER BY id) AS r");

        var text = answer.body();
        assertThat(text).startsWith("id,\"the, title\",extra\n");
        var got = text.substring(text.indexOf('\n') + 1).split("\n(?=\\d+,)");
        assertThat(sorted(Arrays.asList(got))).isEqualTo(sorted(rows));
    }

    @Test
    void csvOfNothingIsNothing() {
        assertThat(get("empty", CSV, tenant.secret()).body()).isEmpty();
    }

    @Test
    void whatIsSelectedIsWhatComes() {
        var expected = query("SELECT row_to_json(r)::text FROM (SELECT extra -> 'n' AS n, id::text AS key FROM "
                + schema + ".book) AS r");

        assertThat(sorted(lines(get("book?select=n:extra->n,key:id::text", NDJSON, tenant.secret()))))
                .isEqualTo(sorted(expected));
    }

    @Test
    void anOrderHoldsOverAllRows() {
        assertThat(lines(get("shelf?select=id&order=id.desc", NDJSON, tenant.secret())))
                .isEqualTo(IntStream.iterate(ROWS, id -> id - 1)
                        .limit(ROWS)
                        .mapToObj(id -> "{\"id\":" + id + "}")
                        .toList());
    }

    @Test
    void aFilterHolds() {
        assertThat(lines(get("shelf?select=id&id=gt.700", NDJSON, tenant.secret())))
                .hasSize(ROWS - 700);
    }

    @Test
    void relatedRowsComeAlong() {
        assertThat(lines(get("shelf?select=id,book(id)&order=id", NDJSON, tenant.secret())))
                .hasSize(ROWS)
                .endsWith("{\"id\":12000,\"book\":[{\"id\":12000}]}");
        assertThat(lines(get("shelf?select=id,...book(books:id)", NDJSON, tenant.secret())))
                .hasSize(ROWS)
                .contains("{\"id\":17,\"books\":[17]}");
    }

    @Test
    void groupsComeAlong() {
        assertThat(lines(get("shelf?select=name,count()", NDJSON, tenant.secret())))
                .hasSize(ROWS);
    }

    @Test
    void aTotalThatIsAskedForIsTold() {
        var answer = get("shelf", NDJSON, tenant.secret(), "Prefer", "count=exact");

        assertThat(lines(answer)).hasSize(ROWS);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers().getFirst("Content-Range")).isEqualTo("0-11999/12000");
        var planned = get("shelf", NDJSON, tenant.secret(), "Prefer", "count=planned");
        assertThat(planned.status()).isEqualTo(200);
        assertThat(lines(planned)).hasSize(ROWS);
    }

    @Test
    void everyoneElseAndEveryOtherFormatHasALimit() {
        assertThat(lines(get("shelf", NDJSON, tenant.publishable()))).hasSize(1_000);
        assertThat(lines(get("shelf", CSV, tenant.publishable()))).hasSize(1_001);
        var json = get("shelf", "application/json", tenant.secret()).body();
        assertThat(RunningApp.json(json.getBytes(StandardCharsets.UTF_8))).hasSize(1_000);
        assertThat(lines(get("shelf", NDJSON, tenant.secret()))).hasSize(ROWS);
    }

    @Test
    void whoAsksForAPartGetsAPart() {
        assertThat(lines(get("shelf?limit=5", NDJSON, tenant.secret()))).hasSize(5);
        assertThat(lines(get("shelf", NDJSON, tenant.secret(), "Range", "0-9"))).hasSize(10);
        assertThat(lines(get("shelf?offset=11995", NDJSON, tenant.secret()))).hasSize(5);
    }

    @Test
    void anothersKeyExportsNothing() {
        var other = APP.tenant(Map.of("blueprint", "archive"));

        assertThat(get("shelf", NDJSON, other.secret()).status()).isEqualTo(404);
        assertThat(get("shelf", NDJSON, tenant.secret()).status()).isEqualTo(200);
    }

    @Test
    void whoLeavesLeavesNoConnectionInUse() {
        for (var path : List.of("wide", "shelf?order=id", "book")) {
            var first = APP.client()
                    .get()
                    .uri(tenant.path(path))
                    .header("apikey", tenant.secret())
                    .accept(MediaType.parseMediaType(NDJSON))
                    .exchange()
                    .returnResult(byte[].class)
                    .getResponseBody()
                    .blockFirst(PATIENCE);
            assertThat(first).isNotEmpty();
        }
        assertNoneInUse();
    }

    @Test
    void aSlowClientCostsNoMemoryAndSeesOneMoment() throws IOException {
        execute("INSERT INTO " + schema
                + ".book SELECT n, 1, repeat('x', 1500) FROM generate_series(100001, 120000) AS n");
        long before = used();
        try (var slow = new SlowClient("book?select=id,t:\"the, title\"")) {
            slow.awaitFirstBytes();
            long held = used() - before;
            execute("DELETE FROM " + schema + ".book WHERE id > 100000");
            execute("UPDATE " + schema + ".book SET extra = NULL");
            var ids = slow.rest()
                    .lines()
                    .filter(line -> line.startsWith("{\"id\":"))
                    .map(line -> line.substring(6, line.indexOf(',')))
                    .toList();
            assertThat(ids).doesNotHaveDuplicates().hasSize(ROWS + 20_000);
            assertThat(held).isLessThan(MUCH);
        }
        assertNoneInUse();
    }

    @Test
    void functionsSeeTheSameMoment() throws IOException {
        try (var slow = new SlowClient("wide?select=id,seen,name")) {
            slow.awaitFirstBytes();
            execute("INSERT INTO " + schema + ".empty VALUES (1)");
            assertThat(slow.rest().lines().filter(line -> line.startsWith("{")))
                    .hasSize(4_000)
                    .allMatch(line -> line.contains("\"seen\":0"));
        } finally {
            execute("TRUNCATE " + schema + ".empty");
        }
    }

    private static long used() {
        System.gc();
        var runtime = Runtime.getRuntime();
        var pooled = PooledByteBufAllocator.DEFAULT.metric();
        return runtime.totalMemory() - runtime.freeMemory() + pooled.usedDirectMemory();
    }

    private static void assertNoneInUse() {
        var shards = APP.bean(Shards.class);
        var inUse = Flux.interval(Duration.ZERO, Duration.ofMillis(20))
                .map(_ -> shards.connections(new ShardName(RunningApp.shard())).inUse())
                .takeUntil(count -> count == 0)
                .take(PATIENCE)
                .last()
                .block();
        assertThat(inUse).isZero();
    }

    /** Reads nothing until it is told to. */
    private static final class SlowClient implements AutoCloseable {

        private final Socket socket = new Socket();
        private final InputStream in;
        private final StringBuilder first = new StringBuilder();

        SlowClient(String path) throws IOException {
            socket.setReceiveBufferSize(8 * 1024);
            socket.connect(new InetSocketAddress("127.0.0.1", APP.port()));
            var target = tenant.path(path).replace("\"", "%22").replace(" ", "%20");
            var request = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept: " + NDJSON
                    + "\r\napikey: " + tenant.secret() + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            in = socket.getInputStream();
        }

        void awaitFirstBytes() throws IOException {
            var buffer = new byte[16];
            first.append(new String(buffer, 0, in.read(buffer), StandardCharsets.UTF_8));
        }

        // Without the marks of chunks: lines of their own, and the breaks around them.
        String rest() throws IOException {
            var all = first + new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return all.substring(all.indexOf("\r\n\r\n") + 4)
                    .replaceAll("\r\n[0-9a-f]+\r\n", "")
                    .replaceFirst("^[0-9a-f]+\r\n", "");
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private record Reply(int status, HttpHeaders headers, String body) {}

    private static Reply get(String path, String accept, String key, String... header) {
        var answer = APP.client()
                .get()
                .uri(builder -> URI.create("http://127.0.0.1:" + APP.port()
                        + tenant.path(path)
                                .replace("\"", "%22")
                                .replace(" ", "%20")
                                .replace(">", "%3E")))
                .header("apikey", key)
                .header("Accept", accept)
                .headers(all -> {
                    if (header.length > 0) {
                        all.set(header[0], header[1]);
                    }
                })
                .exchange()
                .expectBody(String.class)
                .returnResult();
        var body = answer.getResponseBody();
        return new Reply(answer.getStatus().value(), answer.getResponseHeaders(), body == null ? "" : body);
    }

    private static List<String> lines(Reply reply) {
        assertThat(reply.status() / 100)
                .as(reply.body().lines().limit(1).collect(Collectors.joining()))
                .isEqualTo(2);
        return reply.body().lines().toList();
    }

    // Rows come in no order, and to look for each of thousands among the others takes as long as all exports together.
    private static List<String> sorted(List<String> rows) {
        return rows.stream().sorted().toList();
    }

    private static void execute(String sql) {
        PostgresServer.shared().execute(database(), sql);
    }

    private static List<String> query(String sql) {
        return PostgresServer.shared().query(database(), sql);
    }

    private static String database() {
        return RunningApp.shard().replace("shard-", "shard_");
    }
}
