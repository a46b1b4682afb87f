package dev.rowhouse.app.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;

class ChangeTest {

    private static final String ROWS = "return=representation";
    private static final String SINGULAR = "application/vnd.pgrst.object+json";

    private final Warehouse house = new Warehouse();

    @BeforeEach
    void fill() {
        house.post(
                "seat",
                "",
                "[{\"hall\":1,\"number\":1,\"holder\":\"a\"},{\"hall\":1,\"number\":2,\"holder\":\"b\"},"
                        + "{\"hall\":2,\"number\":1,\"holder\":\"c\"}]");
    }

    @Test
    void anUpdateTellsWhichRowsItChanged() {
        var minimal = patch("seat?hall=eq.1", "", "{\"holder\": \"x\"}");
        assertThat(minimal.status()).isEqualTo(204);
        assertThat(minimal.header("Content-Range")).isEqualTo("0-1/*");
        assertThat(minimal.headers().getContentType()).isNull();

        var shown = patch(
                "seat?hall=eq.1&select=holder,number&order=number.desc", ROWS + ", count=exact", "{\"holder\": \"y\"}");
        assertThat(shown.status()).isEqualTo(200);
        assertThat(shown.header("Content-Range")).isEqualTo("0-1/2");
        assertThat(shown.body()).isEqualTo("[{\"holder\":\"y\",\"number\":2},{\"holder\":\"y\",\"number\":1}]");
        assertThat(patch("seat?hall=eq.9", ROWS, "{\"holder\": \"y\"}").body()).isEqualTo("[]");
        assertThat(patch("seat?hall=eq.9", "", "{\"holder\": \"y\"}").header("Content-Range"))
                .isEqualTo("*/*");
        assertThat(patch("seat?hall=eq.1", "return=headers-only", "{\"holder\": \"z\"}")
                        .status())
                .isEqualTo(204);
    }

    @Test
    void whatIsRefusedForTheSizeOfItsAnswerChangesNothing() {
        var rows = new StringJoiner(",", "[", "]");
        IntStream.range(0, 11).forEach(number -> rows.add("{\"hall\":7,\"number\":" + number + "}"));
        house.post("seat", "", rows.toString());
        assertThat(patch("seat?hall=eq.7", "", "{\"holder\":\"" + "x".repeat(1_000_000) + "\"}")
                        .status())
                .isEqualTo(204);

        var refused = house.asService(HttpMethod.DELETE, "seat?hall=eq.7", ROWS, "");

        assertThat(refused.status()).isEqualTo(413);
        assertThat(refused.code()).isEqualTo("answer_too_large");
        assertThat(house.rows("seat?select=count()&hall=eq.7")).isEqualTo("[{\"count\":11}]");
        assertThat(house.asService(HttpMethod.DELETE, "seat?hall=eq.7&number=lt.9", ROWS, "")
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "[{}]"})
    void anEmptyUpdateChangesNothing(String body) {
        var minimal = patch("seat", "", body);
        assertThat(minimal.status()).isEqualTo(204);
        assertThat(minimal.header("Content-Range")).isEqualTo("*/*");
        var shown = patch("seat?select=holder", ROWS, body);
        assertThat(shown.status()).isEqualTo(200);
        assertThat(shown.body()).isEqualTo("[]");
    }

    @Test
    void anUpdateTakesNamedColumnsAndDefaults() {
        house.post("foo", "", "{\"bar\": \"x\", \"baz\": 1}");

        assertThat(patch("foo?columns=bar", ROWS, "{\"bar\": \"y\", \"moon\": 1, \"baz\": 2}")
                        .body())
                .isEqualTo("[{\"id\":1,\"bar\":\"y\",\"baz\":1}]");
        assertThat(patch("foo?columns=bar,baz", ROWS + ", missing=default", "{\"bar\": \"z\"}")
                        .body())
                .isEqualTo("[{\"id\":1,\"bar\":\"z\",\"baz\":100}]");
        assertThat(patch("foo?columns=bar,baz", ROWS, "[{\"bar\": \"z\"}]").body())
                .isEqualTo("[{\"id\":1,\"bar\":\"z\",\"baz\":null}]");
        assertThat(patch("foo?columns=baz", ROWS + ", missing=default", "{}").body())
                .isEqualTo("[{\"id\":1,\"bar\":\"z\",\"baz\":100}]");
        assertThat(patch("foo?columns=baz", ROWS + ", missing=default", "[]").body())
                .isEqualTo("[]");
        assertThat(patch("foo?columns=moon", ROWS, "{}").code()).isEqualTo("PGRST204");
        assertThat(patch("foo", "", "").code()).isEqualTo("PGRST102");
    }

    @Test
    void pathsIntoJsonChooseRows() {
        house.post(
                "product",
                "",
                "[{\"sku\":\"a\",\"name\":\"x\",\"doc\":{\"n\":1}},{\"sku\":\"b\",\"name\":\"x\",\"doc\":{\"n\":2}}]");

        assertThat(patch("product?doc-%3E%3En=eq.1&select=sku", ROWS, "{\"name\": \"y\"}")
                        .body())
                .isEqualTo("[{\"sku\":\"a\"}]");
        assertThat(delete("product?or=(doc-%3En.eq.2,sku.eq.zzz)&select=sku", ROWS)
                        .body())
                .isEqualTo("[{\"sku\":\"b\"}]");
    }

    @Test
    void aDeletionShowsWhatIsGone() {
        house.post("kind", "", "{\"id\": 1, \"name\": \"tools\"}");
        house.post("product", "", "{\"sku\": \"a\", \"name\": \"x\", \"kind_id\": 1}");

        var shown = delete("product?sku=eq.a&select=sku,kind(name)", ROWS + ", count=exact");
        assertThat(shown.status()).isEqualTo(200);
        assertThat(shown.header("Content-Range")).isEqualTo("*/1");
        assertThat(shown.body()).isEqualTo("[{\"sku\":\"a\",\"kind\":{\"name\":\"tools\"}}]");
        var minimal = delete("seat?hall=eq.1", "");
        assertThat(minimal.status()).isEqualTo(204);
        assertThat(minimal.header("Content-Range")).isEqualTo("*/*");
        assertThat(house.rows("seat?select=holder")).isEqualTo("[{\"holder\":\"c\"}]");
    }

    @Test
    void moreThanMayBeAffectedUndoesAll() {
        var refused = delete("seat?hall=eq.1", "handling=strict, max-affected=1");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.code()).isEqualTo("PGRST124");
        assertThat(refused.body()).contains("The query affects 2 rows");
        assertThat(patch("seat", "handling=strict, max-affected=2", "{\"holder\": null}")
                        .code())
                .isEqualTo("PGRST124");
        assertThat(house.rows("seat?select=holder&order=holder"))
                .isEqualTo("[{\"holder\":\"a\"},{\"holder\":\"b\"},{\"holder\":\"c\"}]");

        var few = delete("seat?hall=eq.2", "handling=strict, max-affected=1");
        assertThat(few.status()).isEqualTo(204);
        assertThat(few.header("Preference-Applied")).isEqualTo("handling=strict, max-affected=1");
        assertThat(delete("seat?hall=eq.1", "handling=lenient, max-affected=1").status())
                .isEqualTo(204);
    }

    @Test
    void aRolledBackWriteAnswersAndLeavesNothing() {
        var tried = delete("seat?hall=eq.1&select=holder", ROWS + ", tx=rollback");
        assertThat(tried.status()).isEqualTo(200);
        assertThat(tried.body()).isEqualTo("[{\"holder\":\"a\"},{\"holder\":\"b\"}]");
        assertThat(tried.header("Preference-Applied")).isEqualTo("return=representation, tx=rollback");
        assertThat(house.post("foo", ROWS + ", tx=rollback", "{\"bar\": \"x\"}").status())
                .isEqualTo(201);
        assertThat(house.rows("seat?hall=eq.1&select=number")).isEqualTo("[{\"number\":1},{\"number\":2}]");
        assertThat(house.rows("foo")).isEqualTo("[]");
        assertThat(delete("seat?hall=eq.1", "tx=commit").header("Preference-Applied"))
                .isEqualTo("tx=commit");
        assertThat(house.rows("seat?hall=eq.1")).isEqualTo("[]");
    }

    @Test
    void timesAreReadAndShownInTheZoneAskedFor() {
        var reply = house.post(
                "product?select=made",
                ROWS + ", timezone=Asia/Tokyo",
                "{\"sku\": \"t\", \"name\": \"x\", \"made\": \"2026-01-01 12:00\"}");

        assertThat(reply.body()).isEqualTo("[{\"made\":\"2026-01-01T12:00:00+09:00\"}]");
        assertThat(reply.header("Preference-Applied")).isEqualTo("return=representation, timezone=Asia/Tokyo");
        assertThat(house.rows("product?select=made")).isEqualTo("[{\"made\":\"2026-01-01T03:00:00+00:00\"}]");
        assertThat(patch("product?select=made", ROWS + ", timezone=Jupiter/Red_Spot", "{\"name\": \"y\"}")
                        .body())
                .isEqualTo("[{\"made\":\"2026-01-01T03:00:00+00:00\"}]");
        assertThat(patch("product", "handling=strict, timezone=Jupiter/Red_Spot", "{\"name\": \"y\"}")
                        .code())
                .isEqualTo("PGRST122");
    }

    @Test
    void aSingularAnswerOfManyUndoesAll() {
        assertThat(singular(HttpMethod.PATCH, "seat?hall=eq.1", "{\"holder\": \"x\"}")
                        .code())
                .isEqualTo("PGRST116");
        assertThat(singular(HttpMethod.DELETE, "seat?hall=eq.9", "").status()).isEqualTo(406);
        assertThat(singular(HttpMethod.POST, "kind", "[{\"id\": 1}, {\"id\": 2}]")
                        .status())
                .isEqualTo(406);
        assertThat(house.rows("kind")).isEqualTo("[]");
        assertThat(house.rows("seat?holder=eq.x")).isEqualTo("[]");

        var one = singular(HttpMethod.PATCH, "seat?hall=eq.2", "{\"holder\": \"x\"}");
        assertThat(one.status()).isEqualTo(200);
        assertThat(one.body()).isEqualTo("{\"hall\":2,\"number\":1,\"holder\":\"x\"}");
        assertThat(one.headers().getContentType()).hasToString(SINGULAR);
    }

    @Test
    void aCallerWhoMayOnlyInsertSeesNothing() {
        assertThat(house.asAnon(HttpMethod.POST, "dropbox", "", "{\"id\": 1}").status())
                .isEqualTo(201);
        assertThat(house.asAnon(HttpMethod.POST, "dropbox", ROWS, "{\"id\": 2}").code())
                .isEqualTo("42501");
        assertThat(house.asAnon(HttpMethod.DELETE, "dropbox?id=eq.1", "", "").code())
                .isEqualTo("42501");
        assertThat(house.asAnon(HttpMethod.PATCH, "product", "", "{\"name\": \"x\"}")
                        .code())
                .isEqualTo("42501");
        assertThat(house.rows("dropbox?select=id")).isEqualTo("[{\"id\":1}]");
    }

    @Test
    void anotherTenantsKeyChangesNothing() {
        var other = new Warehouse();
        var foreign = house.send(
                other.secret(), HttpMethod.DELETE, "seat?hall=eq.1", Map.of(), MediaType.APPLICATION_JSON, "");

        assertThat(foreign.status()).isEqualTo(404);
        assertThat(other.asService(HttpMethod.DELETE, "seat?hall=eq.1", "count=exact", "")
                        .header("Content-Range"))
                .isEqualTo("*/0");
        assertThat(house.rows("seat?hall=eq.1&select=number")).isEqualTo("[{\"number\":1},{\"number\":2}]");
        assertThat(delete("seat?hall=eq.1", "count=exact").header("Content-Range"))
                .isEqualTo("*/2");
    }

    @Test
    void rolesOfOneHouseAreNotMixedUp() {
        for (int round = 0; round < 20; round++) {
            house.post("kind", "resolution=merge-duplicates", "{\"id\": 1, \"name\": \"x\"}");
            assertThat(house.asAnon(HttpMethod.POST, "kind", "", "{\"id\": 2}").code())
                    .isEqualTo("42501");
            assertThat(house.asAnon(HttpMethod.PATCH, "seat?hall=eq.2", "", "{\"holder\": \"" + round + "\"}")
                            .status())
                    .isEqualTo(204);
        }
        assertThat(house.rows("kind?select=id")).isEqualTo("[{\"id\":1}]");
        assertThat(house.rows("seat?hall=eq.2&select=holder")).isEqualTo("[{\"holder\":\"19\"}]");
    }

    private Warehouse.Reply patch(String address, String prefer, String body) {
        return house.asService(HttpMethod.PATCH, address, prefer, body);
    }

    private Warehouse.Reply delete(String address, String prefer) {
        return house.asService(HttpMethod.DELETE, address, prefer, "");
    }

    private Warehouse.Reply singular(HttpMethod method, String address, String body) {
        return house.send(
                house.secret(),
                method,
                address,
                Map.of("Prefer", ROWS, "Accept", SINGULAR),
                MediaType.APPLICATION_JSON,
                body);
    }
}
