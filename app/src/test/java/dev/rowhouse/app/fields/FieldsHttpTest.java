package dev.rowhouse.app.fields;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.RunningApp;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

/** A tenant's own columns over HTTP: who may have them, who sees them, and what a hostile name gets. */
class FieldsHttpTest {

    private static final RunningApp APP = RunningApp.shared();

    /** A tenant of the extensible blueprint. */
    private record Shop(String slug, String publishable, String secret) {

        String fields() {
            return "/t/" + slug + "/fields/v1";
        }

        String rows(String query) {
            return "/t/" + slug + "/rest/v1/" + query;
        }
    }

    private static Shop one;
    private static Shop other;

    @BeforeAll
    static void onboard() {
        APP.operator()
                .put()
                .uri("/admin/v1/blueprints/extensible/versions/1")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(List.of(Map.of("name", "shop.sql", "text", """
                        CREATE TABLE item (id int PRIMARY KEY, name text);
                        COMMENT ON TABLE item IS '@extensible';
                        CREATE TABLE "odd name" (id int PRIMARY KEY);
                        COMMENT ON TABLE "odd name" IS '@extensible';
                        CREATE TABLE closed (id int PRIMARY KEY);
                        CREATE TABLE part (id int PRIMARY KEY, item_id int REFERENCES item);
                        CREATE FUNCTION all_items() RETURNS SETOF item LANGUAGE sql STABLE AS 'SELECT * FROM item';
                        CREATE FUNCTION first_item() RETURNS item LANGUAGE plpgsql STABLE AS
                          $$ DECLARE found item; BEGIN SELECT * INTO found FROM item ORDER BY id LIMIT 1; RETURN found; END $$;
                        CREATE VIEW item_view AS SELECT * FROM item;
                        COMMENT ON VIEW item_view IS '@extensible';
                        GRANT SELECT ON item TO anon;
                        """)))
                .exchange()
                .expectStatus()
                .is2xxSuccessful();
        one = shop("extending-one");
        other = shop("extending-other");
    }

    private static Shop shop(String slug) {
        var body = APP.operator()
                .post()
                .uri("/admin/v1/tenants")
                .header("Prefer", "wait=20")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(Map.of("slug", slug, "blueprint", "extensible"))
                .exchange()
                .expectStatus()
                .isCreated()
                .expectBody()
                .returnResult()
                .getResponseBody();
        var keys = RunningApp.json(body).get("keys");
        return new Shop(
                slug, keys.get("publishable").stringValue(), keys.get("secret").stringValue());
    }

    @Test
    void aFieldIsAddedUsedAndDropped() {
        var shop = shop("extending-alone");
        rows(shop, HttpMethod.POST, "item", "{\"id\": 1, \"name\": \"before\"}", 201);

        var added = add(
                shop,
                "{\"relation\": \"item\", \"name\": \"color\", \"type\": \"text\", \"default\": \"red\","
                        + " \"comment\": \"of the paint\"}",
                201);
        assertThat(added.get("name").stringValue()).isEqualTo("x_color");
        assertThat(added.get("state").stringValue()).isEqualTo("active");

        rows(shop, HttpMethod.POST, "item", "{\"id\": 2, \"name\": \"after\", \"x_color\": \"blue\"}", 201);
        assertThat(rows(shop, HttpMethod.GET, "item?select=id,x_color&order=id", "", 200))
                .isEqualTo("[{\"id\":1,\"x_color\":\"red\"},{\"id\":2,\"x_color\":\"blue\"}]");
        assertThat(rows(shop, HttpMethod.GET, "item?x_color=eq.blue", "", 200))
                .isEqualTo("[{\"id\":2,\"name\":\"after\",\"x_color\":\"blue\"}]");
        rows(shop, HttpMethod.PATCH, "item?x_color=eq.red", "{\"x_color\": \"green\"}", 204);
        // Rights of the whole table are rights of its new column.
        assertThat(as(shop.publishable(), HttpMethod.GET, shop.rows("item?select=x_color&id=eq.1"), "", 200))
                .isEqualTo("[{\"x_color\":\"green\"}]");
        assertThat(RunningApp.json(
                                rows(shop, HttpMethod.GET, "item_view", "", 200).getBytes())
                        .get(0)
                        .has("x_color"))
                .isFalse();

        as(shop.secret(), HttpMethod.DELETE, shop.fields() + "/it%65m/color", "", 204);
        assertThat(rows(shop, HttpMethod.GET, "item?select=x_color", "", 400)).contains("42703");
        assertThat(rows(shop, HttpMethod.GET, "item?order=id&id=eq.2", "", 200))
                .isEqualTo("[{\"id\":2,\"name\":\"after\"}]");
        as(shop.secret(), HttpMethod.DELETE, shop.fields() + "/item/color", "", 404);
    }

    @Test
    void whatWasAskedBeforeIsAskedAsWellAfterwards() {
        var shop = shop("extending-asked");
        rows(shop, HttpMethod.POST, "item", "{\"id\": 1, \"name\": \"a\"}", 201);
        rows(shop, HttpMethod.POST, "part", "{\"id\": 1, \"item_id\": 1}", 201);
        var queries = List.of(
                "item",
                "item?select=*",
                "part?select=id,item(*)",
                "item?select=*,part(id)",
                "rpc/all_items",
                "rpc/all_items?select=*,part(id)",
                "rpc/first_item",
                "item_view");
        for (int round = 0; round < 12; round++) {
            queries.forEach(query ->
                    assertThat(rows(shop, HttpMethod.GET, query, "", 200)).doesNotContain("x_size"));
        }

        add(shop, "{\"relation\": \"item\", \"name\": \"size\", \"type\": \"integer\", \"default\": 7}", 201);

        for (int round = 0; round < 12; round++) {
            for (var query : queries) {
                var answer = rows(shop, HttpMethod.GET, query, "", 200);
                assertThat(answer.contains("\"x_size\":7")).as(query).isEqualTo(!query.equals("item_view"));
            }
        }
        as(shop.secret(), HttpMethod.DELETE, shop.fields() + "/item/size", "", 204);
        for (int round = 0; round < 12; round++) {
            queries.forEach(query ->
                    assertThat(rows(shop, HttpMethod.GET, query, "", 200)).doesNotContain("x_size"));
        }
    }

    @Test
    void aRepeatedRequestIsAnsweredAlikeAndAnotherDefinitionRefused() {
        var body = "{\"relation\": \"odd name\", \"name\": \"x_size\", \"type\": \"integer\"}";

        var first = add(one, body, 201);
        assertThat(add(one, body, 200)).isEqualTo(first);
        assertThat(add(one, body.replace("integer", "bigint"), 409).get("code").stringValue())
                .isEqualTo("field_taken");
        var listed = RunningApp.json(
                as(one.secret(), HttpMethod.GET, one.fields(), "", 200).getBytes());
        assertThat(listed.get("items").valueStream()).contains(first);
    }

    @Test
    void aNeighbourNeitherSeesNorTouchesIt() {
        add(one, "{\"relation\": \"item\", \"name\": \"secret\", \"type\": \"text\"}", 201);
        rows(one, HttpMethod.GET, "item?select=x_secret", "", 200);

        assertThat(rows(other, HttpMethod.GET, "item?select=x_secret", "", 400)).contains("42703");
        assertThat(rows(other, HttpMethod.GET, "item?x_secret=eq.a", "", 400)).contains("42703");
        rows(other, HttpMethod.POST, "item", "{\"id\": 1, \"x_secret\": \"a\"}", 400);
        as(other.secret(), HttpMethod.DELETE, other.fields() + "/item/secret", "", 404);
        assertThat(as(other.secret(), HttpMethod.GET, other.fields(), "", 200)).isEqualTo("{\"items\":[]}");
        rows(one, HttpMethod.GET, "item?select=x_secret", "", 200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST", "DELETE"})
    void nobodyElseIsLetIn(String method) {
        var path = method.equals("DELETE") ? "/item/color" : "";
        var body = method.equals("POST") ? "{\"relation\": \"item\", \"name\": \"a\", \"type\": \"text\"}" : "";
        var verb = HttpMethod.valueOf(method);
        var unknown = withoutTrace(as(one.secret(), verb, "/t/nobody-lives-here/fields/v1" + path, body, 404));

        assertThat(withoutTrace(as(other.secret(), verb, one.fields() + path, body, 404)))
                .isEqualTo(unknown);
        assertThat(withoutTrace(as("", verb, one.fields() + path, body, 404))).isEqualTo(unknown);
        assertThat(as(one.publishable(), verb, one.fields() + path, body, 403)).contains("permission_denied");
        assertThat(as(one.secret(), HttpMethod.GET, one.fields(), "", 200)).doesNotContain("x_a\"");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            item      | a"; DROP TABLE item; -- | text                    | 422
            item      | a\\" int, ADD b         | text                    | 422
            item      | ä                       | text                    | 422
            item      | A                       | text                    | 422
            item      | x_                      | text                    | 422
            item      |                         | text                    | 422
            item      | a b                     | text                    | 422
            item      | aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | text | 422
            item      | a                       | text; DROP TABLE item   | 422
            item      | a                       | regclass                | 422
            item      | a                       | TEXT                    | 422
            item      | a                       | serial                  | 422
            closed    | a                       | text                    | 422
            item_view | a                       | text                    | 422
            nothing   | a                       | text                    | 404
            pg_class  | a                       | text                    | 404
            item"; DROP SCHEMA public; --| a    | text                    | 404
            """)
    void whatIsNoFieldIsRefused(String relation, String name, String type, int status) {
        var body = "{\"relation\": " + quoted(relation) + ", \"name\": " + quoted(name == null ? "" : name)
                + ", \"type\": " + quoted(type) + "}";

        add(one, body, status);
        rows(one, HttpMethod.GET, "item?limit=1", "", 200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {                                                                             | 400
            []                                                                            | 400
            {"name": "a", "type": "text"}                                                 | 422
            {"relation": 1, "name": "a", "type": "text"}                                  | 422
            {"relation": "item", "name": "a", "type": "text", "oops": 1}                  | 400
            {"relation": "item", "name": "a", "name": "b", "type": "text"}                | 400
            {"relation": "item", "name": "a", "type": "text", "nullable": false}          | 422
            {"relation": "item", "name": "a", "type": "integer", "default": "1"}          | 422
            {"relation": "item", "name": "a", "type": "text", "default": 1}               | 422
            {"relation": "item", "name": "a", "type": "text", "default": "\\u0000"}       | 422
            {"relation": "item", "name": "a", "type": "jsonb", "default": {"a": "\\u0000"}} | 422
            {"relation": "item", "name": "a", "type": "text", "comment": "\\ud800"}       | 422
            {"relation": "it\\u0000em", "name": "a", "type": "text"}                      | 422
            {"relation": "item", "name": "a", "type": "date", "default": "2026-02-30"}    | 400
            {"relation": "item", "name": "a", "type": "integer", "default": 3000000000}   | 400
            {"relation": "item", "name": "a", "type": "numeric", "default": 1e400000}     | 400
            {"relation": "item", "name": "a", "type": "uuid", "default": "'::uuid; SELECT 1"} | 400
            """)
    void whatIsNoDefinitionIsRefused(String body, int status) {
        add(one, body, status);
        assertThat(as(one.secret(), HttpMethod.GET, one.fields(), "", 200)).doesNotContain("x_a\"");
    }

    @Test
    void otherAddressesAndMethodsAreRefused() {
        as(one.secret(), HttpMethod.PUT, one.fields(), "{}", 405);
        as(one.secret(), HttpMethod.GET, one.fields() + "/item/x_a", "", 405);
        as(one.secret(), HttpMethod.GET, one.fields() + "/item", "", 404);
        as(one.secret(), HttpMethod.DELETE, one.fields() + "/item/%00", "", 400);
        as(one.secret(), HttpMethod.DELETE, one.fields() + "/item/name", "", 404);
        as(one.secret(), HttpMethod.DELETE, one.fields() + "/item/%22%3B--", "", 404);
        APP.client()
                .post()
                .uri(one.fields())
                .header("apikey", one.secret())
                .contentType(MediaType.TEXT_PLAIN)
                .bodyValue("x")
                .exchange()
                .expectStatus()
                .isEqualTo(415);
        rows(one, HttpMethod.GET, "item?select=name&limit=1", "", 200);
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static JsonNode add(Shop shop, String body, int status) {
        return RunningApp.json(
                as(shop.secret(), HttpMethod.POST, shop.fields(), body, status).getBytes());
    }

    private static String rows(Shop shop, HttpMethod method, String query, String body, int status) {
        return as(shop.secret(), method, shop.rows(query), body, status);
    }

    private static String as(String key, HttpMethod method, String path, String body, int status) {
        WebTestClient.RequestBodySpec request = APP.client()
                .method(method)
                .uri(URI.create("http://127.0.0.1:" + APP.port() + path))
                .header("apikey", key)
                .contentType(MediaType.APPLICATION_JSON);
        var sent = body.isEmpty() ? request : request.bodyValue(body);
        var answer = sent.exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
        return answer == null ? "" : answer;
    }

    private static String withoutTrace(String answer) {
        return answer.replaceAll("\"trace_id\":\"[0-9a-f]{32}\"", "");
    }
}
