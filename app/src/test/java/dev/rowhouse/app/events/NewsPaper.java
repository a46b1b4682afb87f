package dev.rowhouse.app.events;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.app.RunningApp.TestTenant;
import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.TenantId;
import dev.rowhouse.tenancy.directory.Residents;
import dev.rowhouse.tenancy.token.Issuer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.http.MediaType;

/** A tenant whose relations have policies, column grants and neither, and whose rows are written past the application. */
final class NewsPaper {

    private static final String BLUEPRINT = """
            CREATE TABLE item (id int PRIMARY KEY, name text, price numeric(10, 2), cost numeric(10, 2), extra json);
            GRANT SELECT (id, name, price) ON item TO anon;
            CREATE TABLE secret (id int PRIMARY KEY);
            CREATE TABLE diary (id int PRIMARY KEY, owner text NOT NULL, body text);
            ALTER TABLE diary ENABLE ROW LEVEL SECURITY;
            CREATE POLICY own ON diary TO authenticated
                USING (owner = current_setting('request.jwt.claims', true)::json ->> 'sub');
            GRANT SELECT ON diary TO authenticated, anon;
            CREATE VIEW item_name AS SELECT id, name FROM item;
            CREATE TABLE line (text text);
            CREATE TABLE quiet (id int PRIMARY KEY);
            COMMENT ON TABLE quiet IS 'Nobody hears of it. @journal off';
            CREATE TABLE terse (id int PRIMARY KEY, body text);
            COMMENT ON TABLE terse IS '@journal keys';
            """;

    private static final class Published {
        private static final RunningApp APP = publish(RunningApp.shared());
    }

    final TestTenant tenant;
    final House house;
    private final TenantId id;
    private final Issuer issuer = Issuer.elliptic("news");

    NewsPaper() {
        this("standard");
    }

    NewsPaper(String plan) {
        tenant = Published.APP.tenant(new HashMap<>(Map.of("blueprint", "news", "plan", plan)));
        var resident = Published.APP
                .bean(Residents.class)
                .find(new Slug(tenant.slug()))
                .block(Duration.ofSeconds(10));
        var known = Objects.requireNonNull(resident).tenant();
        id = known.id();
        house = Objects.requireNonNull(known.house());
    }

    /** Lets users in, by tokens. */
    NewsPaper withUsers() {
        Published.APP
                .operator()
                .patch()
                .uri("/admin/v1/tenants/" + tenant.slug())
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"jwks\":" + issuer.jwks() + "}")
                .exchange()
                .expectStatus()
                .isOk();
        return this;
    }

    void order(String operation) {
        Published.APP
                .operator()
                .post()
                .uri("/admin/v1/tenants/" + tenant.slug() + "/operations")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(Map.of("type", operation))
                .exchange()
                .expectStatus()
                .isAccepted();
    }

    String token(String user, long seconds) {
        return issuer.token("{\"sub\":\"" + user + "\",\"role\":\"authenticated\",\"exp\":"
                + (Instant.now().getEpochSecond() + seconds) + "}");
    }

    /** Returns the tenant's ids as they were made at that time. */
    EventIds ids(Instant at) {
        return EventIds.of("a secret of the tests, longer than 32 characters", Clock.fixed(at, ZoneOffset.UTC))
                .of(id);
    }

    /** Runs SQL as superuser in one transaction; {@code $} stands for the house's schema. */
    void execute(String sql) {
        PostgresServer.shared()
                .execute(
                        RunningApp.shard().replace('-', '_'),
                        sql.replace("$", house.schema().value()));
    }

    String url(String query) {
        return "http://127.0.0.1:" + Published.APP.port() + "/t/" + tenant.slug() + "/events/v1" + query;
    }

    Listener secret(String query, String... headers) {
        var all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 2, headers.length);
        all[0] = "apikey";
        all[1] = tenant.secret();
        return new Listener(url(query), all);
    }

    Listener anon(String query) {
        return new Listener(url(query), "apikey", tenant.publishable());
    }

    Listener user(String token, String query) {
        return new Listener(url(query), "Authorization", "Bearer " + token);
    }

    static RunningApp app() {
        return Published.APP;
    }

    private static RunningApp publish(RunningApp app) {
        app.operator()
                .put()
                .uri("/admin/v1/blueprints/news/versions/1")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(List.of(Map.of("name", "news.sql", "text", BLUEPRINT)))
                .exchange()
                .expectStatus()
                .isCreated();
        return app;
    }
}
