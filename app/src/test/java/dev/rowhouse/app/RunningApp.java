package dev.rowhouse.app;

import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.platform.postgres.PostgresEndpoint;
import dev.rowhouse.platform.postgres.PostgresLogin;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole application on a free port with a control database, one shard and the blueprint {@code shop}; one per JVM. */
public final class RunningApp implements AutoCloseable {

    public static final String OPERATOR = "operator-token-of-the-tests";
    public static final String READER = "reading-token-of-the-tests";

    private static final JsonMapper JSON = new JsonMapper();
    private static final AtomicInteger SLUGS = new AtomicInteger();
    private static final String RUN = HexFormat.of().toHexDigits((short) new SecureRandom().nextInt());
    private static final String SHARD = "shard-" + RUN;
    private static final String SHOP = """
            CREATE TABLE item (
                id int PRIMARY KEY,
                name text NOT NULL,
                price numeric(10, 2) CHECK (price >= 0)
            );
            CREATE TABLE note (
                id int PRIMARY KEY,
                body text
            );
            CREATE TABLE contact (
                mail extensions.citext PRIMARY KEY,
                born date,
                score numeric(4, 1)
            );
            ALTER TABLE note ENABLE ROW LEVEL SECURITY;
            CREATE POLICY open_notes ON note FOR ALL TO anon USING (id < 100) WITH CHECK (id < 100);
            GRANT SELECT, INSERT ON note TO anon;
            GRANT SELECT ON item TO anon;
            CREATE VIEW item_name AS SELECT id, name FROM item;
            """;

    /** A tenant of its own for one test. */
    public record TestTenant(String slug, String publishable, String secret) {

        public String path(String relation) {
            return "/t/" + slug + "/rest/v1/" + relation;
        }
    }

    private static final class Shared {
        private static final RunningApp FIRST = start();
    }

    private final ReactiveWebServerApplicationContext context;
    private final int port;

    private RunningApp(ReactiveWebServerApplicationContext context) {
        this.context = context;
        this.port = context.getWebServer().getPort();
    }

    /** Returns the JVM's application, started on first use. */
    public static RunningApp shared() {
        return Shared.FIRST;
    }

    public int port() {
        return port;
    }

    /** Returns a client of the port for operators' tools, which the shared application alone has. */
    public WebTestClient management() {
        var managementPort = context.getEnvironment().getProperty("local.management.port");
        return WebTestClient.bindToServer()
                .baseUrl("http://127.0.0.1:" + managementPort)
                .responseTimeout(Duration.ofSeconds(30))
                .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(64 * 1024 * 1024))
                .build();
    }

    public WebTestClient client() {
        return WebTestClient.bindToServer()
                .baseUrl("http://127.0.0.1:" + port)
                .responseTimeout(Duration.ofSeconds(30))
                .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(64 * 1024 * 1024))
                .build();
    }

    /** Returns a client that carries the token of an operator who may do everything. */
    public WebTestClient operator() {
        return client().mutate()
                .defaultHeader("Authorization", "Bearer " + OPERATOR)
                .build();
    }

    /** Returns the status of a small read by the tenant's secret key. */
    public int status(TestTenant tenant) {
        return client().get()
                .uri(tenant.path("item?limit=1"))
                .header("apikey", tenant.secret())
                .exchange()
                .expectBody()
                .returnResult()
                .getStatus()
                .value();
    }

    /** Onboards a tenant with a slug of its own. */
    public TestTenant tenant() {
        return tenant(Map.of());
    }

    /** @param wishes of the order, such as {@code shard} */
    public TestTenant tenant(Map<String, String> wishes) {
        var slug = "tenant-" + RUN + "-" + SLUGS.incrementAndGet();
        var order = new HashMap<>(wishes);
        order.put("slug", slug);
        order.putIfAbsent("blueprint", "shop");
        var answer = operator()
                .post()
                .uri("/admin/v1/tenants")
                .header("Prefer", "wait=20")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(order)
                .exchange()
                .expectStatus()
                .isCreated()
                .expectBody()
                .returnResult()
                .getResponseBody();
        var keys = json(answer).get("keys");
        return new TestTenant(
                slug, keys.get("publishable").stringValue(), keys.get("secret").stringValue());
    }

    public static String shard() {
        return SHARD;
    }

    public static JsonNode json(byte[] body) {
        return JSON.readTree(body);
    }

    /** Returns what an application of the tests is started with. */
    public static Map<String, Object> settings(PostgresEndpoint control, PostgresLogin login) {
        return Map.ofEntries(
                Map.entry("server.port", 0),
                Map.entry("server.address", "127.0.0.1"),
                Map.entry("management.server.port", -1),
                Map.entry("rowhouse.secret", "a secret of the tests, longer than 32 characters"),
                Map.entry("rowhouse.base-domain", "rows.test"),
                Map.entry("rowhouse.control.host", control.host()),
                Map.entry("rowhouse.control.port", control.port()),
                Map.entry("rowhouse.control.database", control.database()),
                Map.entry("rowhouse.control.user", login.user()),
                Map.entry("rowhouse.control.password", login.password()),
                Map.entry("rowhouse.operator.token-hashes[0].name", "ann"),
                Map.entry("rowhouse.operator.token-hashes[0].sha256", sha256(OPERATOR)),
                Map.entry("rowhouse.operator.token-hashes[1].name", "rob"),
                Map.entry("rowhouse.operator.token-hashes[1].sha256", sha256(READER)),
                Map.entry("rowhouse.operator.token-hashes[1].scope", "operator:read"),
                Map.entry("rowhouse.plans.standard.requests-per-second", 1_000_000),
                Map.entry("rowhouse.plans.standard.concurrent-requests", 10_000),
                Map.entry("rowhouse.plans.standard.statement-time-per-second", "1000s"),
                Map.entry("rowhouse.limits.unknown-tenants.burst", 1_000_000),
                Map.entry("rowhouse.limits.shard.initially-at-work", 1_000),
                Map.entry("rowhouse.limits.shard.least-at-work", 1_000),
                Map.entry("rowhouse.plans.few.max-rows", 3),
                Map.entry("rowhouse.plans.many.max-rows", 2_000),
                Map.entry("rowhouse.plans.brief.statement-timeout", "300ms"),
                Map.entry("rowhouse.plans.patient.statement-timeout", "40s"),
                Map.entry("rowhouse.plans.cheap.cost-ceiling", 12),
                Map.entry("rowhouse.plans.lone.max-streams", 2),
                Map.entry("rowhouse.plans.crowd.max-streams", 10_000),
                Map.entry("rowhouse.plans.crowd.requests-per-second", 10_000),
                Map.entry("rowhouse.plans.flat.embed-depth", 1));
    }

    /** Starts a further application over an empty control database; it has no shard yet. */
    public static RunningApp over(PostgresEndpoint control, PostgresLogin login, Map<String, Object> more) {
        return over(control, login, more, _ -> {});
    }

    /** @param changes of its context, before it starts */
    public static RunningApp over(
            PostgresEndpoint control,
            PostgresLogin login,
            Map<String, Object> more,
            Consumer<ConfigurableApplicationContext> changes) {
        var all = new HashMap<>(settings(control, login));
        all.putAll(more);
        // As arguments, which stand before what the application's own file says.
        var arguments = all.entrySet().stream()
                .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                .toArray(String[]::new);
        var context = (ReactiveWebServerApplicationContext) new SpringApplicationBuilder(RowhouseApplication.class)
                .initializers(changes::accept)
                .run(arguments);
        return new RunningApp(context);
    }

    private static RunningApp start() {
        var postgres = PostgresServer.shared();
        var app = over(
                postgres.createDatabase("control_" + RUN), postgres.superuser(), Map.of("management.server.port", 0));
        app.register(SHARD, postgres.createDatabase("shard_" + RUN), postgres.superuser(), 2);
        app.publishShop();
        return app;
    }

    public void register(String name, PostgresEndpoint shard, PostgresLogin superuser, int lanes) {
        registering(name, shard, superuser, lanes, List.of("citext"))
                .expectStatus()
                .isCreated();
    }

    /** Asks for a shard, which may be refused. */
    public WebTestClient.ResponseSpec registering(
            String name, PostgresEndpoint shard, PostgresLogin superuser, int lanes, List<String> extensions) {
        return operator()
                .post()
                .uri("/admin/v1/shards")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(Map.of(
                        "name", name,
                        "host", shard.host(),
                        "port", shard.port(),
                        "database", shard.database(),
                        "lanes", lanes,
                        "extensions", extensions,
                        "superuser", Map.of("user", superuser.user(), "password", superuser.password())))
                .exchange();
    }

    public void publishShop() {
        publishShop("");
    }

    /** @param more SQL behind the shop's own */
    public void publishShop(String more) {
        operator()
                .put()
                .uri("/admin/v1/blueprints/shop/versions/1")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(List.of(Map.of("name", "shop.sql", "text", SHOP + more)))
                .exchange()
                .expectStatus()
                .isCreated();
    }

    public ApplicationContext context() {
        return context;
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    @Override
    public void close() {
        context.close();
    }

    private static String sha256(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
