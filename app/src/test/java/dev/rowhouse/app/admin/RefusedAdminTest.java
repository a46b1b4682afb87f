package dev.rowhouse.app.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.platform.postgres.PostgresEndpoint;
import dev.rowhouse.platform.postgres.PostgresLogin;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.function.BodyInserters;
import reactor.core.publisher.Mono;

/** What a careless operator is told: never a 500, always what is wrong and what would be right. */
class RefusedAdminTest {

    private final RunningApp app = RunningApp.shared();
    private final WebTestClient operator = app.operator();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tenants?after=AAAA", "tenants?shard=%00", "tenants?q=%00", "tenants?plan=%00", "operations?type=%00",
                "tenants?foo=1", "tenants?limit=1&limit=2", "operations?foo=1", "shards?foo=1", "blueprints?foo=1"
            })
    void aParameterThatIsNotUnderstoodIsRefused(String address) {
        operator.get()
                .uri(URI.create("http://127.0.0.1:" + app.port() + "/admin/v1/" + address))
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("invalid_query");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"slug": "acme-9", "plan": "\\u0000"}             | 400 | member 'plan' contains NUL
            {"slug": "acme-9", "blueprint": "\\u0000"}        | 400 | member 'blueprint' contains NUL
            {"slug": "acme-9", "labels": {"a": "\\u0000"}}    | 400 | member 'labels.a' contains NUL
            {"slug": "acme-9", "labels": {"\\u0000": "a"}}    | 400 | member 'labels' contains NUL
            {"slug": "acme-9", "name": "\\ud800"}             | 400 | half a surrogate pair
            {"slug": "acme-9", "plan": " "}                    | 422 | plan is 1 to 200 characters
            []                                                 | 400 | the body is of type array
            {                                                  | 400 | expected close marker for Object
            """)
    void aTextThatCannotBeKeptIsRefusedByName(String body, int status, String message) {
        operator.post()
                .uri("/admin/v1/tenants")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectBody()
                .jsonPath("$.message")
                .value(String.class, text -> assertThat(text).contains(message).doesNotContain("Feature"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"host\": \"\"}", "{\"region\": \"\"}"})
    void aShardIsNotChangedIntoNothing(String body) {
        operator.patch()
                .uri("/admin/v1/shards/" + RunningApp.shard())
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange()
                .expectStatus()
                .isEqualTo(422);
    }

    @Test
    void aServerThatIsAnotherShardsIsNotTakenFromIt() {
        var server = PostgresServer.shared();
        app.registering("second", server.endpoint("second"), server.superuser(), 2, List.of())
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.message")
                .isEqualTo("the server of shard second is unfit: its logins are those of another shard or installation"
                        + " (expected: a server for each shard; one whose shard is gone for good is free after"
                        + " ALTER ROLE rowhouse_registrar PASSWORD NULL)");
        assertThat(server.query("postgres", "SELECT datname FROM pg_database WHERE datname = 'second'"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            wrong | plpgsql | PostgreSQL says: password authentication failed for user "postgres" (expected: the name and the password of a superuser)
                  | nowhere | PostgreSQL says: extension "nowhere" is not available
            """)
    void whatKeepsAServerFromBeingAShardIsTold(@Nullable String password, String extension, String message)
            throws IOException {
        try (var server = PostgresServer.start()) {
            var superuser = server.superuser();
            var login = password == null ? superuser : new PostgresLogin(superuser.user(), password);
            app.registering("unfit", server.endpoint("unfit"), login, 2, List.of(extension))
                    .expectStatus()
                    .isEqualTo(422)
                    .expectBody()
                    .jsonPath("$.message")
                    .isEqualTo("the server of shard unfit is unfit: " + message);
        }
    }

    @Test
    void aShardThatDoesNotAnswerIsNamed() {
        var away = new PostgresEndpoint("127.0.0.1", 1, "none");
        app.registering("away", away, new PostgresLogin("root", "wrong"), 2, List.of())
                .expectStatus()
                .isEqualTo(503)
                .expectBody()
                .jsonPath("$.message")
                .isEqualTo("no connection to database 'none' on 127.0.0.1:1 as 'root'");
    }

    @Test
    void anIdempotencyKeyIsOneShortText() {
        for (var keys : List.of(List.of("k".repeat(256)), List.of("a", "b"))) {
            operator.post()
                    .uri("/admin/v1/tenants")
                    .headers(headers -> keys.forEach(key -> headers.add("Idempotency-Key", key)))
                    .contentType(MediaType.APPLICATION_JSON)
                    .bodyValue(Map.of("slug", "acme-9"))
                    .exchange()
                    .expectStatus()
                    .isBadRequest();
        }
    }

    @Test
    void twoTokensAreNone() {
        operator.get()
                .uri("/admin/v1/tenants")
                .headers(headers -> headers.add("Authorization", "Bearer other"))
                .exchange()
                .expectStatus()
                .isUnauthorized();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{\"name\": \"\", \"text\": \"SELECT 1\"}]",
                "[{\"name\": \"a\", \"text\": \"SELECT 1\"}, {\"name\": \"a\", \"text\": \"SELECT 2\"}]"
            })
    void aFileWithoutANameOfItsOwnIsRefused(String files) {
        operator.put()
                .uri("/admin/v1/blueprints/nameless/versions/1")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(files)
                .exchange()
                .expectStatus()
                .isEqualTo(422);
    }

    @ParameterizedTest
    @CsvSource({
        "'--x\r\ngarbage', multipart/form-data; boundary=x",
        "'', multipart/form-data; boundary=x",
        "x, multipart/form-data"
    })
    void aMultipartBodyThatCannotBeReadIs400(String body, String type) {
        operator.put()
                .uri("/admin/v1/blueprints/broken/versions/1")
                .headers(headers -> headers.set("Content-Type", type))
                .body(BodyInserters.fromPublisher(Mono.just(body.getBytes(StandardCharsets.UTF_8)), byte[].class))
                .exchange()
                .expectStatus()
                .isBadRequest();
    }
}
