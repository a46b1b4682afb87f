package dev.rowhouse.app.data;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpMethod;

class UpsertTest {

    private static final String MERGE = "resolution=merge-duplicates, return=representation";
    private static final String IGNORE = "resolution=ignore-duplicates, return=representation";

    private final Warehouse house = new Warehouse();

    @BeforeEach
    void fill() {
        house.post("kind", "", "[{\"id\": 1, \"name\": \"one\"}, {\"id\": 2, \"name\": \"two\"}]");
    }

    @Test
    void rowsThatExistAreMergedAndOthersInserted() {
        var reply = house.post("kind", MERGE, "[{\"id\": 1, \"name\": \"uno\"}, {\"id\": 3, \"name\": \"tres\"}]");

        assertThat(reply.status()).isEqualTo(201);
        assertThat(reply.body()).isEqualTo("[{\"id\":1,\"name\":\"uno\"},{\"id\":3,\"name\":\"tres\"}]");
        assertThat(reply.header("Preference-Applied")).isEqualTo("resolution=merge-duplicates, return=representation");
        assertThat(house.rows("kind?order=id&select=name"))
                .isEqualTo("[{\"name\":\"uno\"},{\"name\":\"two\"},{\"name\":\"tres\"}]");
    }

    @Test
    void anAnswerWithoutANewRowIs200() {
        assertThat(house.post("kind", MERGE, "{\"id\": 1, \"name\": \"uno\"}").status())
                .isEqualTo(200);
        assertThat(house.post("kind", "resolution=merge-duplicates", "{\"id\": 1, \"name\": \"ein\"}")
                        .status())
                .isEqualTo(200);
        assertThat(house.post("kind", MERGE, "[]").status()).isEqualTo(200);
        assertThat(house.post("kind", "resolution=merge-duplicates", "{\"id\": 4, \"name\": \"four\"}")
                        .status())
                .isEqualTo(201);
    }

    @Test
    void rowsThatExistAreLeftAlone() {
        var reply = house.post("kind", IGNORE, "[{\"id\": 1, \"name\": \"uno\"}, {\"id\": 3, \"name\": \"tres\"}]");

        assertThat(reply.status()).isEqualTo(201);
        assertThat(reply.body()).isEqualTo("[{\"id\":3,\"name\":\"tres\"}]");
        assertThat(house.post("kind", IGNORE, "{\"id\": 1, \"name\": \"uno\"}").status())
                .isEqualTo(201);
        assertThat(house.rows("kind?id=eq.1&select=name")).isEqualTo("[{\"name\":\"one\"}]");
    }

    @Test
    void anyUniqueKeyCanTellRowsApart() {
        var reply = house.post("kind?on_conflict=name", MERGE, "[{\"id\": 11, \"name\": \"one\"}]");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body()).isEqualTo("[{\"id\":11,\"name\":\"one\"}]");
        assertThat(house.post("kind?on_conflict=moon", MERGE, "{\"id\": 1}").code())
                .isEqualTo("PGRST204");
        assertThat(house.post("seat?on_conflict=holder", MERGE, "{\"hall\": 1, \"number\": 1}")
                        .code())
                .isEqualTo("42P10");
    }

    @Test
    void compositeAndLoneKeysMergeToo() {
        assertThat(house.post("seat", MERGE, "[{\"hall\": 1, \"number\": 1, \"holder\": \"Ann\"}]")
                        .status())
                .isEqualTo(201);
        assertThat(house.post("seat", MERGE, "[{\"hall\": 1, \"number\": 1, \"holder\": \"Bob\"}]")
                        .body())
                .isEqualTo("[{\"hall\":1,\"number\":1,\"holder\":\"Bob\"}]");
        assertThat(house.post("only_key", MERGE, "[{\"id\": 1}]").status()).isEqualTo(201);
        assertThat(house.post("only_key", MERGE, "[{\"id\": 1}, {\"id\": 2}]").body())
                .isEqualTo("[{\"id\":1},{\"id\":2}]");
    }

    @Test
    void withoutAKeyNothingIsResolved() {
        var reply = house.post("no_key", MERGE, "{\"a\": \"1\"}");

        assertThat(reply.status()).isEqualTo(201);
        assertThat(reply.header("Preference-Applied")).isEqualTo("return=representation");
    }

    @Test
    void generatedKeysMergeWithDefaults() {
        house.post("foo", "", "{\"bar\": \"old\", \"baz\": 1}");

        var reply = house.post(
                "foo?columns=id,bar",
                MERGE + ", missing=default",
                "[{\"id\": 1, \"bar\": \"new\"}, {\"bar\": \"more\"}]");

        assertThat(reply.status()).isEqualTo(201);
        assertThat(reply.body())
                .isEqualTo("[{\"id\":1,\"bar\":\"new\",\"baz\":1},{\"id\":2,\"bar\":\"more\",\"baz\":100}]");
    }

    @Test
    void aMergeThroughAViewAndUnderATriggerTellsWhatIsNew() {
        assertThat(house.post("product_name", MERGE, "{\"sku\": \"V\", \"name\": \"x\"}")
                        .status())
                .isEqualTo(201);
        assertThat(house.post("product_name", MERGE, "{\"sku\": \"V\", \"name\": \"y\"}")
                        .status())
                .isEqualTo(200);
        assertThat(house.post("guarded", MERGE, "{\"id\": 1, \"note\": \"x\"}").status())
                .isEqualTo(201);
        assertThat(house.post("guarded", MERGE, "{\"id\": 1, \"note\": \"y\"}").body())
                .contains("\"note\":\"y\"");
    }

    @Test
    void aPutInsertsAndReplaces() {
        var created = put("kind?id=eq.7", "return=representation", "{\"id\": 7, \"name\": \"seven\"}");
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.body()).isEqualTo("[{\"id\":7,\"name\":\"seven\"}]");
        assertThat(created.header("Content-Range")).isNull();

        var replaced = put(
                "kind?id=eq.7",
                "return=representation",
                "[{\"id\": 7, \"name\": \"sept\"}, {\"id\": 8, \"name\": \"x\"}]");
        assertThat(replaced.status()).isEqualTo(200);
        assertThat(replaced.body()).isEqualTo("[{\"id\":7,\"name\":\"sept\"}]");
        assertThat(put("kind?id=eq.9", "return=minimal", "{\"id\": 9, \"name\": \"nine\"}")
                        .status())
                .isEqualTo(204);
        assertThat(put("seat?hall=eq.1&number=eq.2", "", "{\"hall\": 1, \"number\": 2, \"holder\": \"Ann\"}")
                        .status())
                .isEqualTo(204);
        assertThat(house.rows("kind?id=gt.6&order=id&select=id")).isEqualTo("[{\"id\":7},{\"id\":9}]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kind",
                "kind?name=eq.one",
                "kind?id=in.(1)",
                "kind?id=not.eq.1",
                "kind?and=(id.eq.1)",
                "kind?id=eq.1&name=eq.one",
                "seat?hall=eq.1",
                "no_key?a=eq.1"
            })
    void aPutNamesItsRowByAllOfItsKey(String address) {
        var reply = put(address, "", "{\"id\": 1, \"name\": \"one\"}");

        assertThat(reply.status()).isEqualTo(405);
        assertThat(reply.code()).isEqualTo("PGRST105");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"id\": 2, \"name\": \"x\"}", "[]", "{}", "{\"name\": \"x\"}", "[{\"id\": 3, \"name\": \"x\"}]"
            })
    void aPutOfAnotherRowIsRefused(String body) {
        var reply = put("kind?id=eq.1", "", body);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.code()).isEqualTo("PGRST115");
        assertThat(house.rows("kind?order=id&select=name")).isEqualTo("[{\"name\":\"one\"},{\"name\":\"two\"}]");
    }

    @Test
    void aPutTakesNoPage() {
        assertThat(put("kind?id=eq.1&limit=1", "", "{\"id\": 1, \"name\": \"x\"}")
                        .code())
                .isEqualTo("PGRST114");
    }

    @Test
    void policiesHoldForWhatAMergeMeets() {
        house.post("diary", "", "[{\"id\": 1, \"body\": \"open\"}, {\"id\": 200, \"body\": \"closed\"}]");

        assertThat(house.asAnon(HttpMethod.POST, "diary", MERGE, "{\"id\": 200, \"body\": \"mine\"}")
                        .status())
                .isIn(401, 403);
        assertThat(house.asAnon(HttpMethod.PUT, "diary?id=eq.200", "", "{\"id\": 200, \"body\": \"mine\"}")
                        .status())
                .isIn(401, 403);
        assertThat(house.asAnon(HttpMethod.POST, "diary", MERGE, "{\"id\": 1, \"body\": \"mine\"}")
                        .status())
                .isEqualTo(200);
        assertThat(house.rows("diary?order=id&select=body")).isEqualTo("[{\"body\":\"mine\"},{\"body\":\"closed\"}]");
    }

    private Warehouse.Reply put(String address, String prefer, String body) {
        return house.asService(HttpMethod.PUT, address, prefer, body);
    }
}
