package dev.rowhouse.app.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.app.RunningApp.TestTenant;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/** The document of a tenant over HTTP: who gets it, what is in it, and what hostile names make of it. */
class OpenApiTest {

    private static final RunningApp APP = RunningApp.shared();
    private static final String ODD = "/we%2Fird%7Bx%7D";

    private static TestTenant tenant;
    private static TestTenant other;

    @BeforeAll
    static void onboard() {
        APP.operator()
                .put()
                .uri("/admin/v1/blueprints/described/versions/1")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(List.of(Map.of("name", "described.sql", "text", """
                        CREATE TYPE mood AS ENUM ('sad', 'it''s "ok"');
                        CREATE TABLE maker (id int PRIMARY KEY);
                        COMMENT ON TABLE maker IS E'Who makes\\nMore of it @extensible';
                        CREATE TABLE thing (
                            id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                            maker_id int NOT NULL REFERENCES maker,
                            name varchar(20) NOT NULL DEFAULT 'it''s',
                            mood mood DEFAULT 'sad',
                            doc jsonb, tags text[], big bigint, small smallint, at timestamptz NOT NULL DEFAULT now(),
                            price numeric(10, 2) DEFAULT 1.50, day date, uid uuid, secret text,
                            doubled int GENERATED ALWAYS AS (maker_id * 2) STORED
                        );
                        COMMENT ON COLUMN thing.price IS 'In euros';
                        CREATE TABLE "we/ird{x}" (
                            "$ref" int PRIMARY KEY, "se/lect~" text, "select" int, "a ""quoted"" name" text, "a.b" int);
                        COMMENT ON TABLE "we/ird{x}" IS '<script>alert(1)</script>';
                        CREATE TABLE "#/components/schemas/Problem" ("%2F" int PRIMARY KEY);
                        CREATE TABLE "Problem" (a int, b int, PRIMARY KEY (a, b));
                        CREATE TABLE "problem" (a int);
                        CREATE TABLE rpc (id int PRIMARY KEY);
                        CREATE TABLE "Functions" (id int PRIMARY KEY);
                        CREATE VIEW counted AS SELECT count(*) AS things FROM thing;
                        CREATE FUNCTION add_them(a int, b int DEFAULT 1) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
                        CREATE FUNCTION add_them(a text) RETURNS text LANGUAGE sql VOLATILE AS 'SELECT $1';
                        CREATE FUNCTION all_things() RETURNS SETOF thing LANGUAGE sql STABLE AS 'SELECT * FROM thing';
                        CREATE FUNCTION nothing(m mood, "b/c" int[]) RETURNS void LANGUAGE sql AS 'SELECT';
                        CREATE FUNCTION echo(json) RETURNS json LANGUAGE sql AS 'SELECT $1';
                        CREATE FUNCTION label(thing) RETURNS text LANGUAGE sql STABLE AS 'SELECT $1.name::text';
                        GRANT SELECT (id, maker_id, name) ON thing TO anon;
                        GRANT INSERT ON maker TO anon;
                        GRANT EXECUTE ON FUNCTION add_them(int, int) TO anon;
                        """)))
                .exchange()
                .expectStatus()
                .is2xxSuccessful();
        tenant = tenant("described-one", "Ann & <Co>");
        other = tenant("described-two", "Bob");
    }

    private static TestTenant tenant(String slug, String name) {
        var body = APP.operator()
                .post()
                .uri("/admin/v1/tenants")
                .header("Prefer", "wait=20")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(Map.of("slug", slug, "name", name, "blueprint", "described"))
                .exchange()
                .expectStatus()
                .isCreated()
                .expectBody()
                .returnResult()
                .getResponseBody();
        var keys = RunningApp.json(body).get("keys");
        return new TestTenant(
                slug, keys.get("publishable").stringValue(), keys.get("secret").stringValue());
    }

    @Test
    void theDocumentIsWhatOpenApiAsksFor() {
        References.check(document(tenant.secret()));
        References.check(document(tenant.publishable()));
        assertThat(document(tenant.secret()).at("/info/title").stringValue()).isEqualTo("Ann & <Co>");
        assertThat(document(tenant.secret()).at("/servers/0/url").stringValue()).endsWith("/t/described-one/rest/v1");
    }

    @Test
    void columnsSayWhatTheyTake() {
        var schema = document(tenant.secret()).at("/components/schemas/thing");
        var columns = schema.get("properties");

        assertThat(schema.get("required")).isEqualTo(json("[\"maker_id\"]"));
        assertThat(columns.get("id")).isEqualTo(json("""
                {"type": "integer", "format": "int32", "x-postgresql-type": "integer", "readOnly": true,
                 "description": "Note:\\nThis is a Primary Key.<pk/>\\n\\nNote:\\nThe database gives the number."}"""));
        assertThat(columns.at("/maker_id/description").stringValue())
                .isEqualTo("Note:\nThis is a Foreign Key to `maker.id`.<fk table='maker' column='id'/>");
        assertThat(columns.get("name")).isEqualTo(json("""
                {"type": "string", "maxLength": 20, "x-postgresql-type": "character varying(20)", "default": "it's"}"""));
        assertThat(columns.get("mood")).isEqualTo(json("""
                {"type": ["string", "null"], "enum": ["sad", "it's \\"ok\\"", null], "x-postgresql-type": "mood",
                 "default": "sad"}"""));
        assertThat(columns.get("doc")).isEqualTo(json("{\"x-postgresql-type\": \"jsonb\"}"));
        assertThat(columns.get("tags")).isEqualTo(json("""
                {"type": ["array", "null"], "items": {"type": "string"}, "x-postgresql-type": "text[]"}"""));
        assertThat(columns.at("/big/format").stringValue()).isEqualTo("int64");
        assertThat(columns.at("/small/maximum").intValue()).isEqualTo(32767);
        assertThat(columns.at("/at/format").stringValue()).isEqualTo("date-time");
        assertThat(columns.at("/at/description").stringValue()).contains("The default is `now()`.");
        assertThat(columns.at("/price/default").toString()).isEqualTo("1.50");
        assertThat(columns.at("/price/description").stringValue()).isEqualTo("In euros");
        assertThat(columns.at("/day/format").stringValue()).isEqualTo("date");
        assertThat(columns.at("/uid/format").stringValue()).isEqualTo("uuid");
        assertThat(columns.at("/doubled/readOnly").booleanValue()).isTrue();
        assertThat(schema.get("description").stringValue()).contains("`label` (text)");
    }

    @Test
    void aChangeNeedsNothingAndDefaultsNothing() {
        var changes = document(tenant.secret()).at("/components/schemas/thing.changes");

        assertThat(changes.has("required")).isFalse();
        assertThat(changes.at("/properties/name").has("default")).isFalse();
        assertThat(changes.get("properties").propertyNames())
                .contains("maker_id")
                .doesNotContain("id", "doubled");
    }

    @Test
    void operationsAreThoseThatTheRelationTakes() {
        var paths = document(tenant.secret()).get("paths");

        assertThat(paths.get("/thing").propertyNames()).containsExactly("get", "post", "patch", "delete");
        assertThat(paths.get("/thing/{id}").propertyNames())
                .containsExactly("parameters", "get", "put", "patch", "delete");
        assertThat(paths.get("/counted").propertyNames()).containsExactly("get");
        assertThat(paths.has("/counted/{id}")).isFalse();
        assertThat(paths.has("/rpc/{id}")).isFalse();
        assertThat(paths.at("/~1thing/get/operationId").stringValue()).isEqualTo("get_thing");
        assertThat(paths.at("/~1maker/get/summary").stringValue()).isEqualTo("Who makes");
        assertThat(paths.at("/~1maker/get/description").stringValue()).isEqualTo("More of it");
        assertThat(paths.at("/~1thing/get/responses").propertyNames())
                .contains("200", "206", "400", "401", "403", "404", "406", "416", "429");
        assertThat(paths.at("/~1thing~1{id}/patch/responses").propertyNames()).contains("409", "412", "422");
    }

    @Test
    void functionsAreCalledByTheirArguments() {
        var paths = document(tenant.secret()).get("paths");

        assertThat(paths.get("/rpc/add_them").propertyNames()).containsExactly("get", "post");
        assertThat(paths.at("/~1rpc~1add_them/post/requestBody/content/application~1json/schema/anyOf"))
                .hasSize(2);
        assertThat(paths.at("/~1rpc~1add_them/get/parameters/0/required").booleanValue())
                .isTrue();
        assertThat(paths.at("/~1rpc~1add_them/get/parameters/1").has("required"))
                .isFalse();
        assertThat(paths.get("/rpc/nothing").propertyNames()).containsExactly("post");
        assertThat(paths.at("/~1rpc~1nothing/post/responses").propertyNames())
                .contains("204")
                .doesNotContain("200");
        assertThat(paths.at("/~1rpc~1all_things/get/responses/200/content/application~1json/schema/items/$ref")
                        .stringValue())
                .isEqualTo("#/components/schemas/thing");
        assertThat(paths.has("/rpc/label")).isFalse();
    }

    @Test
    void aPublishableKeySeesOnlyWhatItsRoleMayUse() {
        var whole = document(tenant.secret());
        var seen = document(tenant.publishable());

        assertThat(whole.get("paths").propertyNames()).contains("/thing", "/maker", ODD, "/rpc/nothing");
        assertThat(seen.get("paths").propertyNames())
                .containsExactly("/maker", "/thing", "/thing/{id}", "/rpc/add_them");
        assertThat(seen.at("/paths/~1thing").propertyNames()).containsExactly("get");
        assertThat(seen.at("/paths/~1maker").propertyNames()).containsExactly("post");
        assertThat(whole.at("/components/schemas/thing/properties").propertyNames())
                .contains("secret");
        assertThat(seen.at("/components/schemas/thing/properties").propertyNames())
                .containsExactly("id", "maker_id", "name");
        assertThat(seen.at("/paths/~1rpc~1add_them/post/requestBody/content/application~1json/schema")
                        .has("anyOf"))
                .isFalse();
        assertThat(seen.toString())
                .doesNotContain("secret")
                .doesNotContain("euros")
                .doesNotContain("<script");
    }

    @Test
    void whatACallerMayReadTheDocumentShowsAndNothingElse() {
        for (var name : List.of("thing?select=id,maker_id,name", "thing?select=secret", "rpc")) {
            var status = APP.client()
                    .get()
                    .uri(tenant.path(name))
                    .header("apikey", tenant.publishable())
                    .exchange()
                    .returnResult(Void.class)
                    .getStatus()
                    .value();
            assertThat(status).as(name).isEqualTo(name.endsWith("name") ? 200 : 401);
        }
    }

    @Test
    void oddNamesMakeNoOddDocument() {
        var document = document(tenant.secret());

        assertThat(document.at("/components/schemas").propertyNames())
                .contains("Problem", "Problem_2", "problem_3", "we_ird_x_", "__components_schemas_Problem");
        assertThat(document.at("/components/schemas/Problem/properties").propertyNames())
                .contains("trace_id");
        assertThat(document.get("tags").valueStream().map(tag -> tag.get("name").stringValue()))
                .contains("Functions", "Functions*", "we/ird{x}");
        assertThat(names(document, ODD))
                .contains("\"$ref\"", "\"se/lect~\"", "select", "\"select\"", "\"a \\\"quoted\\\" name\"", "\"a.b\"");
        assertThat(names(document, "/thing")).contains("name", "maker_id");
    }

    private static List<String> names(JsonNode document, String path) {
        return document.get("paths")
                .get(path)
                .at("/get/parameters")
                .valueStream()
                .map(parameter ->
                        References.resolved(document, parameter).get("name").stringValue())
                .toList();
    }

    @Test
    void addressesOfTheDocumentLeadToTheRelations() {
        for (var path : document(tenant.secret()).get("paths").propertyNames()) {
            if (!path.startsWith("/rpc/") && !path.contains("{")) {
                APP.client()
                        .get()
                        .uri(URI.create("http://127.0.0.1:" + APP.port() + tenant.path(path.substring(1))))
                        .header("apikey", tenant.secret())
                        .exchange()
                        .expectStatus()
                        .isOk();
            }
        }
    }

    @Test
    void everyoneElseGetsTheAnswerOfAnUnknownTenant() {
        var unknown = refused("/t/nobody-lives-here/rest/v1/", tenant.secret());

        assertThat(refused("/t/described-one/rest/v1/", other.secret())).isEqualTo(unknown);
        assertThat(refused("/t/described-one/rest/v1", other.publishable())).isEqualTo(unknown);
        assertThat(refused("/t/described-one/rest/v1/", "")).isEqualTo(unknown);
        assertThat(refused("/t/NO_SLUG/rest/v1/", tenant.secret())).isEqualTo(unknown);
        assertThat(get("/t/described-one/rest/v1", tenant.secret(), "*/*")
                        .getStatus()
                        .value())
                .isEqualTo(200);
    }

    private static String refused(String path, String key) {
        var result = get(path, key, "text/html");
        assertThat(result.getStatus().value()).isEqualTo(404);
        return new String(result.getResponseBodyContent(), StandardCharsets.UTF_8)
                .replaceAll("\"trace_id\":\"[0-9a-f]+\"", "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "none                              | application/openapi+json",
                "*/*                               | application/openapi+json",
                "application/*                     | application/openapi+json",
                "application/json                  | application/json",
                "application/openapi+json          | application/openapi+json",
                "text/html, application/json;q=0.1 | application/json",
                "application/json, application/openapi+json;q=0 | application/json",
            })
    void theClientChoosesTheMediaType(String accept, String answered) {
        var result = get("/t/described-one/rest/v1/", tenant.secret(), accept);

        assertThat(result.getStatus().value()).isEqualTo(200);
        assertThat(result.getResponseHeaders().getContentType()).hasToString(answered);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "text/csv, application/vnd.pgrst.object+json", "application/json;q=0"})
    void otherMediaTypesAreNotThere(String accept) {
        var result = get("/t/described-one/rest/v1/", tenant.secret(), accept);

        assertThat(result.getStatus().value()).isEqualTo(406);
        assertThat(RunningApp.json(result.getResponseBodyContent()).get("code").stringValue())
                .isEqualTo("PGRST107");
    }

    @Test
    void aKnownDocumentIsNotSentAgain() {
        var first = get("/t/described-one/rest/v1/", tenant.secret(), "*/*");
        var tag = String.valueOf(first.getResponseHeaders().getETag());

        APP.client()
                .get()
                .uri("/t/described-one/rest/v1/")
                .header("apikey", tenant.secret())
                .header("If-None-Match", tag)
                .exchange()
                .expectStatus()
                .isNotModified();
        assertThat(get("/t/described-one/rest/v1/", tenant.publishable(), "*/*")
                        .getResponseHeaders()
                        .getETag())
                .isNotEqualTo(tag);
        assertThat(get("/t/described-two/rest/v1/", other.secret(), "*/*")
                        .getResponseHeaders()
                        .getETag())
                .isNotEqualTo(tag);
    }

    @Test
    void theRootIsOnlyRead() {
        for (var method : List.of(HttpMethod.POST, HttpMethod.DELETE, HttpMethod.PATCH, HttpMethod.PUT)) {
            APP.client()
                    .method(method)
                    .uri("/t/described-one/rest/v1/")
                    .header("apikey", tenant.secret())
                    .exchange()
                    .expectStatus()
                    .isEqualTo(405)
                    .expectHeader()
                    .valueEquals("Allow", "OPTIONS,GET,HEAD");
        }
        APP.client()
                .head()
                .uri("/t/described-one/rest/v1/")
                .header("apikey", tenant.secret())
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .exists("Content-Length")
                .expectBody()
                .isEmpty();
    }

    @Test
    void aTenantsOwnFieldIsInItsOwnDocumentAlone() {
        assertThat(document(tenant.secret())
                        .at("/components/schemas/maker/properties")
                        .has("x_color"))
                .isFalse();

        APP.client()
                .post()
                .uri("/t/described-one/fields/v1")
                .header("apikey", tenant.secret())
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(
                        "{\"relation\": \"maker\", \"name\": \"color\", \"type\": \"text\", \"comment\": \"of the paint\"}")
                .exchange()
                .expectStatus()
                .isCreated();

        assertThat(document(tenant.secret())
                        .at("/components/schemas/maker/properties/x_color/description")
                        .stringValue())
                .isEqualTo("of the paint");
        assertThat(document(tenant.publishable())
                        .at("/components/schemas/maker/properties")
                        .has("x_color"))
                .isTrue();
        var others = get("/t/described-two/rest/v1/", other.secret(), "*/*").getResponseBodyContent();
        assertThat(new String(others, StandardCharsets.UTF_8))
                .doesNotContain("x_color")
                .contains("/maker");
        APP.client()
                .delete()
                .uri("/t/described-one/fields/v1/maker/color")
                .header("apikey", tenant.secret())
                .exchange()
                .expectStatus()
                .isNoContent();
    }

    private static JsonNode document(String key) {
        var result = get("/t/described-one/rest/v1/", key, "application/openapi+json");
        assertThat(result.getStatus().value()).isEqualTo(200);
        return json(new String(result.getResponseBodyContent(), StandardCharsets.UTF_8));
    }

    private static EntityExchangeResult<byte[]> get(String path, String key, String accept) {
        return APP.client()
                .get()
                .uri(path)
                .headers(headers -> {
                    headers.set("apikey", key);
                    if (accept != null) {
                        headers.set("Accept", accept);
                    }
                })
                .exchange()
                .expectBody()
                .returnResult();
    }

    private static JsonNode json(String text) {
        return JsonMapper.builder()
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .build()
                .readTree(text);
    }
}
