package dev.rowhouse.app.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.tenancy.token.Issuer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import tools.jackson.databind.JsonNode;

/** Two tenants of one blueprint, each with an issuer of its own, and their users' diaries. */
class UserTokenTest {

    private static final RunningApp APP = RunningApp.shared();
    private static final String DIARY = """
            CREATE TABLE diary (
                id int PRIMARY KEY,
                owner text NOT NULL DEFAULT (current_setting('request.jwt.claims', true)::json ->> 'sub'),
                body text
            );
            ALTER TABLE diary ENABLE ROW LEVEL SECURITY;
            CREATE POLICY own ON diary TO authenticated
                USING (owner = current_setting('request.jwt.claims', true)::json ->> 'sub');
            GRANT SELECT, INSERT ON diary TO authenticated;
            GRANT SELECT ON diary TO anon;
            """;

    private record House(String slug, String publishable, String secret, Issuer issuer) {

        String diary() {
            return "/t/" + slug + "/rest/v1/diary";
        }

        String token(String user) {
            return token(user, "\"role\":\"authenticated\"", 600);
        }

        String token(String user, String claim, long seconds) {
            return issuer.token("{\"sub\":\"" + user + "\"," + claim + ",\"exp\":"
                    + (Instant.now().getEpochSecond() + seconds) + "}");
        }
    }

    private static House acme;
    private static House globex;

    @BeforeAll
    static void twoTenants() {
        APP.operator()
                .put()
                .uri("/admin/v1/blueprints/diary/versions/1")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(List.of(Map.of("name", "diary.sql", "text", DIARY)))
                .exchange()
                .expectStatus()
                .is2xxSuccessful();
        acme = onboarded("diary-acme");
        globex = onboarded("diary-globex");
        for (var house : List.of(acme, globex)) {
            assertThat(change(house, "{\"jwks\":" + house.issuer().jwks() + "}")
                            .getStatus()
                            .value())
                    .isEqualTo(200);
            for (var user : List.of("ann", "bob")) {
                var id = user.equals("ann") ? 1 : 2;
                assertThat(send(
                                        HttpMethod.POST,
                                        house.diary(),
                                        "{\"id\":" + id + ",\"body\":\"CANARY-" + house.slug() + "\"}",
                                        both(house, house.token(user)))
                                .getStatus()
                                .value())
                        .isEqualTo(201);
            }
        }
    }

    @Test
    void aUserSeesWhatIsItsOwn() {
        assertThat(text(get(acme, both(acme, acme.token("ann")))))
                .contains("\"owner\":\"ann\"")
                .doesNotContain("bob");
        assertThat(text(get(acme, bearer(acme.token("bob")))))
                .contains("\"owner\":\"bob\"")
                .doesNotContain("ann");
        assertThat(text(get(acme, bearer(acme.token("nobody"))))).isEqualTo("[]");
        assertThat(text(get(acme, bearer(acme.token("ann", "\"x\":1", 600))))).contains("ann");
    }

    @Test
    void aTokenGoesBeforeTheKeyThatComesWithIt() {
        assertThat(RunningApp.json(get(acme, key(acme.secret())).getResponseBody())
                        .size())
                .isEqualTo(2);
        assertThat(text(get(acme, both(acme.secret(), acme.token("ann")))))
                .contains("ann")
                .doesNotContain("bob");
    }

    @Test
    void anAnonymousTokenIsNoUser() {
        assertThat(text(get(acme, bearer(acme.token("ann", "\"role\":\"anon\"", 600)))))
                .isEqualTo("[]");
    }

    @Test
    void noTokenMakesAService() {
        var answer = get(acme, both(acme, acme.token("ann", "\"role\":\"service_role\"", 600)));

        assertThat(answer.getStatus().value()).isEqualTo(403);
        assertThat(text(answer)).doesNotContain("CANARY");
    }

    @Test
    void aUserLacksARightWith403AndAStrangerWith401() {
        assertThat(send(HttpMethod.DELETE, acme.diary() + "?id=eq.1", null, bearer(acme.token("ann")))
                        .getStatus()
                        .value())
                .isEqualTo(403);
        assertThat(send(HttpMethod.DELETE, acme.diary() + "?id=eq.1", null, key(acme.publishable()))
                        .getStatus()
                        .value())
                .isEqualTo(401);
    }

    @Test
    void anotherTenantsTokenIsNoneHere() {
        var withKey = get(globex, both(globex, acme.token("ann")));

        assertThat(withKey.getStatus().value()).isEqualTo(401);
        assertThat(RunningApp.json(withKey.getResponseBody()).get("code").stringValue())
                .isEqualTo("PGRST301");
        assertThat(withKey.getResponseHeaders().getFirst("WWW-Authenticate"))
                .isEqualTo("Bearer error=\"invalid_token\", error_description=\"No suitable key or wrong key type\"");
        assertThat(text(get(globex, both(acme, globex.token("ann"))))).doesNotContain("CANARY");
        assertThat(get(globex, both(acme, globex.token("ann"))).getStatus().value())
                .isEqualTo(404);
        assertThat(text(get(globex, bearer(globex.token("ann"))))).contains("CANARY-" + globex.slug());
    }

    @Test
    void aTokenAloneTellsNothingOfATenant() {
        var token = Issuer.elliptic("one").token("{\"sub\":\"ann\",\"exp\":99999999999}");
        var unknown = comparable(send(HttpMethod.GET, "/t/nobody-lives-here/rest/v1/diary", null, bearer(token)));
        var other = APP.tenant();

        assertThat(comparable(get(acme, bearer(token)))).isEqualTo(unknown);
        assertThat(comparable(get(acme, bearer(globex.token("ann"))))).isEqualTo(unknown);
        assertThat(comparable(send(HttpMethod.GET, other.path("item"), null, bearer(token))))
                .isEqualTo(unknown);
        assertThat(comparable(get(acme, bearer("")))).isEqualTo(unknown);
        assertThat(comparable(get(acme, bearer("a.b.c")))).isEqualTo(unknown);
    }

    @ParameterizedTest
    @CsvSource({"-61, 401, PGRST303", "-59, 200, ", "600, 200, "})
    void anOldTokenIsToldSo(long seconds, int status, String code) {
        var answer = get(acme, bearer(acme.token("ann", "\"x\":1", seconds)));

        assertThat(answer.getStatus().value()).isEqualTo(status);
        if (code != null) {
            assertThat(RunningApp.json(answer.getResponseBody()).get("code").stringValue())
                    .isEqualTo(code);
        }
    }

    @Test
    void withAKeyABrokenTokenIsToldSo() {
        for (var token : List.of("", "a.b", "a.b.c", acme.token("ann") + "A", "..")) {
            var answer = get(acme, both(acme, token));

            assertThat(answer.getStatus().value()).isEqualTo(401);
            assertThat(RunningApp.json(answer.getResponseBody()).get("code").stringValue())
                    .isEqualTo("PGRST301");
        }
    }

    @Test
    void keysAreRegisteredAndTakenAway() {
        var house = onboarded("diary-changing");
        assertThat(get(house, both(house, house.token("ann"))).getStatus().value())
                .isEqualTo(401);

        var changed = RunningApp.json(
                change(house, "{\"jwks\":" + house.issuer().jwks() + ",\"jwt\":{\"issuer\":\"https://id.example\"}}")
                        .getResponseBody());
        assertThat(changed.get("jwt").get("issuer").stringValue()).isEqualTo("https://id.example");
        assertThat(changed.get("jwks").get("keys").size()).isEqualTo(1);
        assertThat(get(house, both(house, house.token("ann"))).getStatus().value())
                .isEqualTo(401);

        change(house, "{\"jwt\":null}");
        assertThat(get(house, bearer(house.token("ann"))).getStatus().value()).isEqualTo(200);
        change(house, "{\"name\":\"Other\"}");
        assertThat(get(house, bearer(house.token("ann"))).getStatus().value()).isEqualTo(200);

        change(house, "{\"jwks\":null}");
        assertThat(get(house, both(house, house.token("ann"))).getStatus().value())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            {"jwks":{"keys":[]}}                                 | 422
            {"jwks":{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}}     | 422
            {"jwks":[]}                                          | 400
            {"jwks":"text"}                                      | 400
            {"jwt":{"issuer":""}}                                | 422
            {"jwt":{"leeway":"1"}}                               | 422
            {"jwt":"text"}                                       | 400
            """)
    void whatIsNoSetOfKeysIsRefused(String body, int status) {
        assertThat(change(acme, body).getStatus().value()).isEqualTo(status);
        assertThat(get(acme, bearer(acme.token("ann"))).getStatus().value()).isEqualTo(200);
    }

    @Test
    void expectationsWithoutKeysAreRefused() {
        var house = onboarded("diary-keyless");

        assertThat(change(house, "{\"jwt\":{\"issuer\":\"https://id.example\"}}")
                        .getStatus()
                        .value())
                .isEqualTo(422);
    }

    private static House onboarded(String name) {
        var slug = name + "-" + APP.tenant().slug();
        JsonNode keys = RunningApp.json(APP.operator()
                        .post()
                        .uri("/admin/v1/tenants")
                        .header("Prefer", "wait=20")
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue(Map.of("slug", slug, "blueprint", "diary"))
                        .exchange()
                        .expectStatus()
                        .isCreated()
                        .expectBody()
                        .returnResult()
                        .getResponseBody())
                .get("keys");
        return new House(
                slug, keys.get("publishable").stringValue(), keys.get("secret").stringValue(), Issuer.elliptic(name));
    }

    private static EntityExchangeResult<byte[]> change(House house, String patch) {
        return APP.operator()
                .patch()
                .uri("/admin/v1/tenants/" + house.slug())
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(patch)
                .exchange()
                .expectBody()
                .returnResult();
    }

    private static EntityExchangeResult<byte[]> get(House house, Consumer<HttpHeaders> credentials) {
        return send(HttpMethod.GET, house.diary(), null, credentials);
    }

    private static EntityExchangeResult<byte[]> send(
            HttpMethod method, String path, String body, Consumer<HttpHeaders> credentials) {
        return APP.client()
                .method(method)
                .uri(path)
                .headers(credentials)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body == null ? "" : body)
                .exchange()
                .expectBody()
                .returnResult();
    }

    private static Consumer<HttpHeaders> key(String key) {
        return headers -> headers.set("apikey", key);
    }

    private static Consumer<HttpHeaders> bearer(String token) {
        return headers -> headers.set("Authorization", "Bearer " + token);
    }

    private static Consumer<HttpHeaders> both(House house, String token) {
        return both(house.publishable(), token);
    }

    private static Consumer<HttpHeaders> both(String key, String token) {
        return key(key).andThen(bearer(token));
    }

    private static String text(EntityExchangeResult<byte[]> answer) {
        return new String(answer.getResponseBody(), java.nio.charset.StandardCharsets.UTF_8);
    }

    private static String comparable(EntityExchangeResult<byte[]> answer) {
        return answer.getStatus().value() + text(answer).replaceAll("\"trace_id\":\"[0-9a-f]{32}\"", "");
    }
}
