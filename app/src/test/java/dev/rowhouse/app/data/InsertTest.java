package dev.rowhouse.app.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;

class InsertTest {

    private static final String ROWS = "return=representation";

    private final Warehouse house = new Warehouse();

    @Test
    void aRowIsInsertedAndNothingIsShown() {
        var reply = house.post("product?select=sku", "", "{\"sku\": \"A\", \"name\": \"Rake\"}");

        assertThat(reply.status()).isEqualTo(201);
        assertThat(reply.body()).isEmpty();
        assertThat(reply.header("Content-Range")).isEqualTo("*/*");
        assertThat(reply.headers().getContentType()).isNull();
        assertThat(reply.header("Location")).isNull();
        assertThat(house.rows("product?select=sku,name,price"))
                .isEqualTo("[{\"sku\":\"A\",\"name\":\"Rake\",\"price\":9.50}]");
    }

    @Test
    void theRepresentationIsSelectedCastAndEmbedded() {
        house.post("kind", "", "{\"id\": 2, \"name\": \"tools\"}");

        var reply = house.post(
                "product?select=code:sku,price::text,first:doc-%3Ea-%3E%3E0,kind(name)",
                ROWS + ", count=exact",
                "{\"sku\": \"A\", \"name\": \"Rake\", \"kind_id\": 2, \"doc\": {\"a\": [\"x\"]}}");

        assertThat(reply.status()).isEqualTo(201);
        assertThat(reply.body())
                .isEqualTo("[{\"code\":\"A\",\"price\":\"9.50\",\"first\":\"x\",\"kind\":{\"name\":\"tools\"}}]");
        assertThat(reply.header("Content-Range")).isEqualTo("*/1");
        assertThat(reply.header("Preference-Applied")).isEqualTo("return=representation, count=exact");
    }

    /** What is committed is answered, also if no parser takes its key. */
    @ParameterizedTest
    @ValueSource(strings = {"12345678901234567890.120", "1e-5", "DIGITS"})
    void aKeyIsTheNumberThatItIs(String written) {
        var number = written.replace("DIGITS", "7".repeat(1_500));
        var reply = house.post("exact", "return=headers-only", "{\"amount\": \"" + number + "\"}");
        assertThat(reply.status()).isEqualTo(201);
        assertThat(reply.header("Location"))
                .isEqualTo(house.path("exact?amount=eq." + new BigDecimal(number).toPlainString()));
    }

    @Test
    void theKeyIsToldInTheHeaders() {
        var one = house.post("seat", "return=headers-only", "{\"hall\": 1, \"number\": 2, \"holder\": \"Ann\"}");
        assertThat(one.status()).isEqualTo(201);
        assertThat(one.body()).isEmpty();
        assertThat(one.header("Location")).isEqualTo(house.path("seat?hall=eq.1&number=eq.2"));

        assertThat(house.post(
                                "seat",
                                "return=headers-only",
                                "[{\"hall\": 1, \"number\": 3}, {\"hall\": 1, \"number\": 4}]")
                        .header("Location"))
                .isNull();
        assertThat(house.post("no_key", "return=headers-only", "{\"a\": \"1\"}").header("Location"))
                .isNull();
        var odd = house.post("product", "return=headers-only", "{\"sku\": \"a&b c\", \"name\": \"x\"}");
        assertThat(house.rows(odd.header("Location").substring(house.path("").length()) + "&select=sku"))
                .isEqualTo("[{\"sku\":\"a&b c\"}]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            {}          | [{"id":1,"bar":null,"baz":100}]
            [{}]        | [{"id":1,"bar":null,"baz":100}]
            [{}, {}]    | [{"id":1,"bar":null,"baz":100},{"id":2,"bar":null,"baz":100}]
            []          | []
            {"bar":"x"} | [{"id":1,"bar":"x","baz":100}]
            """)
    void emptyObjectsAreRowsOfDefaultsAndAnEmptyArrayIsNoRow(String body, String rows) {
        var reply = house.post("foo", ROWS, body);

        assertThat(reply.status()).isEqualTo(201);
        assertThat(reply.body()).isEqualTo(rows);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "}{ x = 2", "\"{}\"", "1", "[{\"a\":1}, 2]", "[{\"a\":\"1\"}, {\"b\":\"1\"}]"})
    void aBodyThatIsNoRowsIsRefused(String body) {
        var reply = house.post("no_key", "", body);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.code()).isEqualTo("PGRST102");
        assertThat(house.post("no_key", "", "[{\"a\":\"1\"}, {\"a\":\"1\"}]").status())
                .isEqualTo(201);
    }

    @Test
    void onlyNamedColumnsAreTakenAndMissingOnesAreNull() {
        var reply = house.post(
                "foo?columns=id,bar,baz",
                ROWS,
                "[{\"id\": 1, \"nonsense\": {}}, {\"bar\": \"x\", \"id\": 2, \"baz\": 15}]");

        assertThat(reply.body())
                .isEqualTo("[{\"id\":1,\"bar\":null,\"baz\":null},{\"id\":2,\"bar\":\"x\",\"baz\":15}]");
        assertThat(house.post("foo?columns=id,moon", ROWS, "{}").code()).isEqualTo("PGRST204");
        assertThat(house.post("foo?columns=", ROWS, "{}").status()).isEqualTo(400);
    }

    @Test
    void missingColumnsTakeTheirDefaultsOnRequest() {
        var reply = house.post(
                "foo?columns=id,bar,baz",
                ROWS + ", missing=default",
                "[{\"bar\": \"val1\"}, {\"bar\": \"val2\", \"baz\": 15}, {\"baz\": null}, {\"id\": 9}]");

        assertThat(reply.status()).isEqualTo(201);
        assertThat(reply.body())
                .isEqualTo("[{\"id\":1,\"bar\":\"val1\",\"baz\":100},{\"id\":2,\"bar\":\"val2\",\"baz\":15},"
                        + "{\"id\":3,\"bar\":null,\"baz\":null},{\"id\":9,\"bar\":null,\"baz\":100}]");
        assertThat(reply.header("Preference-Applied")).contains("missing=default");
        assertThat(house.post("foo", "missing=default", "[{\"bar\": \"1\"}, {\"baz\": 1}]")
                        .code())
                .isEqualTo("PGRST102");
    }

    @Test
    void unevenRowsAreReadAsEvenOnesAre() {
        var rows = "[{\"sku\":\"a\",\"name\":\"x\",\"tags\":[\"p\",\"q\"],\"doc\":{\"k\":[1]},\"price\":1.005},"
                + "{\"sku\":\"b\",\"name\":\"y\",\"made\":\"2026-02-02T00:00:00Z\",\"doc\":null,\"price\":\"2\"}]";
        var columns = "product?columns=sku,name,tags,doc,price,made&select=sku,tags,doc,price,made";

        assertThat(house.post(columns, ROWS + ", missing=default", rows).body())
                .isEqualTo(
                        "[{\"sku\":\"a\",\"tags\":[\"p\",\"q\"],\"doc\":{\"k\": [1]},\"price\":1.01,"
                                + "\"made\":\"2026-01-01T00:00:00+00:00\"},"
                                + "{\"sku\":\"b\",\"tags\":null,\"doc\":null,\"price\":2.00,\"made\":\"2026-02-02T00:00:00+00:00\"}]");
    }

    @Test
    void aColumnThatComputesItselfTakesNoValue() {
        assertThat(house.post("box", ROWS, "{\"side\": 3}").body()).isEqualTo("[{\"id\":1,\"side\":3,\"area\":9}]");
        assertThat(house.post("box", ROWS, "{\"side\": 3, \"area\": 9}").code()).isEqualTo("428C9");
        assertThat(house.post("box?columns=side,area", ROWS + ", missing=default", "{\"side\": 4}")
                        .status())
                .isEqualTo(201);
        assertThat(house.post("box?columns=side,area", ROWS + ", missing=default", "{\"side\": 4, \"area\": 1}")
                        .code())
                .isEqualTo("428C9");
    }

    @Test
    void aFormIsARow() {
        var reply = house.as(
                "application/x-www-form-urlencoded", "product", ROWS, "sku=F&name=John+Doe%26Co&price=1.5&tags={a,b}");

        assertThat(reply.status()).isEqualTo(201);
        assertThat(reply.body())
                .contains("\"name\":\"John Doe&Co\",\"price\":1.50")
                .contains("[\"a\",\"b\"]");
        assertThat(house.as("application/xml", "product", ROWS, "<x/>").status())
                .isEqualTo(415);
    }

    @Test
    void csvIsReadAsTheDialectHasIt() {
        assertThat(house.as("text/csv", "no_key", "", "a,b\nNULL,foo\n,\"NULL\"\n")
                        .status())
                .isEqualTo(201);
        assertThat(house.rows("no_key?order=a.nullsfirst"))
                .isEqualTo("[{\"a\":null,\"b\":\"foo\"},{\"a\":\"\",\"b\":\"NULL\"}]");
        assertThat(house.as("text/csv", "no_key?select=b", ROWS, "a,b\nbar,baz\nNULL,\n")
                        .body())
                .isEqualTo("[{\"b\":\"baz\"},{\"b\":\"\"}]");
        assertThat(house.as("text/csv", "no_key?columns=a", ROWS, "a,nonsense\nbar,baz")
                        .body())
                .isEqualTo("[{\"a\":\"bar\",\"b\":null}]");
        var uneven = house.as("text/csv", "no_key", ROWS, "a,b\nfoo,bar\nbaz");
        assertThat(uneven.status()).isEqualTo(400);
        assertThat(uneven.code()).isEqualTo("PGRST102");
        assertThat(house.as("text/csv", "no_key", "", "a,b\nfoo,bar\nbaz").code())
                .isEqualTo("PGRST102");
    }

    @Test
    void csvComesBackAsCsv() {
        var reply = house.send(
                house.secret(),
                HttpMethod.POST,
                "product?select=sku,name",
                Map.of("Prefer", ROWS, "Accept", "text/csv"),
                MediaType.parseMediaType("text/csv"),
                "sku,name\nA,\"x,y\"\nB,z");

        assertThat(reply.status()).isEqualTo(201);
        assertThat(reply.body()).isEqualTo("sku,name\nA,\"x,y\"\nB,z");
        assertThat(reply.headers().getContentType()).hasToString("text/csv;charset=UTF-8");
    }

    @Test
    void linesAreRowsToo() {
        assertThat(house.as(
                                "application/x-ndjson",
                                "seat?columns=hall,number",
                                ROWS,
                                "{\"hall\":1,\"number\":1,\"x\":0}\n\n{\"number\":2,\"hall\":1}")
                        .body())
                .isEqualTo("[{\"hall\":1,\"number\":1,\"holder\":null},{\"hall\":1,\"number\":2,\"holder\":null}]");
    }

    @Test
    void viewsTakeRowsWhereTheyCan() {
        assertThat(house.post("product_name", ROWS, "{\"sku\": \"V\", \"name\": \"x\"}")
                        .body())
                .isEqualTo("[{\"sku\":\"V\",\"name\":\"x\"}]");
        assertThat(house.post("shelf", ROWS, "{\"id\": 5, \"name\": \"top\"}").body())
                .isEqualTo("[{\"id\":5,\"name\":\"TOP\"}]");
        assertThat(house.rows("kind")).isEqualTo("[{\"id\":5,\"name\":\"TOP\"}]");
    }

    @Test
    void triggersReadTheClaimsOfTheCaller() {
        assertThat(house.post("guarded", ROWS, "{\"id\": 1, \"note\": \"x\"}").body())
                .isEqualTo("[{\"id\":1,\"note\":\"x\",\"by\":\"service_role\"}]");
    }

    @Test
    void aDomainIsWrittenAsItIsShown() {
        assertThat(house.post("paint", ROWS, "[{\"id\": 1, \"shade\": \"#0a0b0c\"}]")
                        .body())
                .isEqualTo("[{\"id\":1,\"shade\":\"#0a0b0c\"}]");
        assertThat(house.post(
                                "paint?columns=id,shade",
                                ROWS + ", missing=default",
                                "[{\"id\": 2}, {\"id\": 3, \"shade\": \"#000001\"}]")
                        .body())
                .isEqualTo("[{\"id\":2,\"shade\":\"#0000ff\"},{\"id\":3,\"shade\":\"#000001\"}]");
        assertThat(house.as("application/x-ndjson", "paint", "", "{\"id\": 4, \"shade\": \"#000002\"}")
                        .status())
                .isEqualTo(201);
        assertThat(house.asService(HttpMethod.PATCH, "paint?id=eq.4", ROWS, "{\"shade\": \"#000003\"}")
                        .body())
                .isEqualTo("[{\"id\":4,\"shade\":\"#000003\"}]");
    }

    @Test
    void manyUnevenRowsAreRefusedAndEvenOnesAreNot() {
        var uneven = IntStream.range(0, 1_001)
                .mapToObj(i -> i % 2 == 0 ? "{\"id\":" + i + "}" : "{\"bar\":\"x\"}")
                .collect(Collectors.joining(",", "[", "]"));
        assertThat(house.post("foo?columns=id,bar", "missing=default", uneven).code())
                .isEqualTo("PGRST102");
        var even =
                IntStream.range(0, 2_000).mapToObj(i -> "{\"bar\":\"x\"}").collect(Collectors.joining(",", "[", "]"));
        assertThat(house.post("foo?columns=id,bar", "missing=default, count=exact", even)
                        .header("Content-Range"))
                .isEqualTo("*/2000");
    }
}
