package dev.rowhouse.bench;

import dev.rowhouse.app.data.body.JsonBody;
import dev.rowhouse.app.data.plan.Planner;
import dev.rowhouse.app.data.plan.WritePlanner;
import dev.rowhouse.app.data.query.Limits;
import dev.rowhouse.app.data.query.QueryParser;
import dev.rowhouse.app.data.sql.Rendering;
import dev.rowhouse.app.data.sql.SqlWriter;
import dev.rowhouse.app.data.sql.WriteSql;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.catalog.Catalog;
import dev.rowhouse.tenancy.shard.Statement;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * One kind of request, as each of the three does it.
 *
 * @param sql the statement that the product makes of its call
 * @param inTransaction whether the product sends it in a transaction
 * @param values pgbench's expression for each value of the statement; an empty one keeps the value
 */
record Scenario(String name, Call product, Call control, Sql sql, boolean inTransaction, List<String> values) {

    /** The product's own way from a request to a statement. */
    interface Sql {
        Statement of(Catalog catalog, House house);
    }

    /** Rows of the relation {@code item} in each house and in the control's database. */
    static final int ITEMS = 1_000;

    static final int CATEGORIES = 10;

    /** Rows of {@code part} for each item. */
    static final int PARTS = 3;

    static final int PAGE = 20;

    /** The greatest id with a full page of its category behind it. */
    static final int LAST_PAGE = ITEMS - CATEGORIES * PAGE;

    private static final CallerClass CALLER = CallerClass.SERVICE;
    private static final List<String> MINIMAL = List.of("return=minimal");
    private static final Map<String, String> KEY = Map.of("apikey", "{key}");
    private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");
    private static final Map<String, String> WRITE =
            Map.of("apikey", "{key}", "Content-Type", "application/json", "Prefer", "return=minimal");
    private static final String ORIGIN = "measured 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01 {}";
    private static final String RANDOM_ID = "random(1, " + ITEMS + ")";

    static List<Scenario> all() {
        return List.of(
                readByKey(),
                readKept(),
                page(),
                embedding(),
                insert("insert", "entry"),
                insert("insert, no journal", "silent_entry"),
                update());
    }

    static Scenario readByKey() {
        return new Scenario(
                "read one row by key",
                Call.get("/t/{tenant}/rest/v1/item?id=eq.{id}", KEY),
                Call.get("/items/{id}", Map.of()),
                (catalog, house) -> read("item", catalog, house, List.of(Map.entry("id", "eq.1"))),
                false,
                List.of(RANDOM_ID));
    }

    // The limit and the control have nothing kept: they show what the same read costs without.
    private static Scenario readKept() {
        return new Scenario(
                "read one row by key, cached",
                Call.get("/t/{tenant}/rest/v1/kept_item?id=eq.{category}", KEY),
                Call.get("/items/{id}", Map.of()),
                (catalog, house) -> read("kept_item", catalog, house, List.of(Map.entry("id", "eq.1"))),
                false,
                List.of("random(0, " + (CATEGORIES - 1) + ")"));
    }

    private static Scenario page() {
        return new Scenario(
                "page of " + PAGE + ", filtered, by keyset",
                Call.get("/t/{tenant}/rest/v1/item?category=eq.{category}&id=gt.{below}&order=id&limit=" + PAGE, KEY),
                Call.get("/items?category={category}&after={below}&limit=" + PAGE, Map.of()),
                (catalog, house) -> read(
                        "item",
                        catalog,
                        house,
                        List.of(
                                Map.entry("category", "eq.1"),
                                Map.entry("id", "gt.1"),
                                Map.entry("order", "id"),
                                Map.entry("limit", Integer.toString(PAGE)))),
                false,
                List.of("random(0, " + (CATEGORIES - 1) + ")", "random(0, " + LAST_PAGE + ")"));
    }

    static Scenario embedding() {
        var select = "id,name,part(id,name,quantity)";
        return new Scenario(
                "page of " + PAGE + ", embedding, one to-many level",
                Call.get(
                        "/t/{tenant}/rest/v1/item?select=" + select
                                + "&category=eq.{category}&id=gt.{below}&order=id&limit=" + PAGE,
                        KEY),
                Call.get("/items/parts?category={category}&after={below}&limit=" + PAGE, Map.of()),
                (catalog, house) -> read(
                        "item",
                        catalog,
                        house,
                        List.of(
                                Map.entry("select", select),
                                Map.entry("category", "eq.1"),
                                Map.entry("id", "gt.1"),
                                Map.entry("order", "id"),
                                Map.entry("limit", Integer.toString(PAGE)))),
                false,
                List.of("random(0, " + (CATEGORIES - 1) + ")", "random(0, " + LAST_PAGE + ")"));
    }

    private static Scenario insert(String name, String relation) {
        var row = "{\"name\": \"measured\", \"amount\": {id}}";
        return new Scenario(
                name,
                new Call("POST", "/t/{tenant}/rest/v1/" + relation, WRITE, row),
                new Call("POST", "/entries", JSON, row),
                (catalog, house) -> insert(catalog, house, relation),
                false,
                List.of("", ""));
    }

    private static Scenario update() {
        var change = "{\"stock\": {below}}";
        return new Scenario(
                "update",
                new Call("PATCH", "/t/{tenant}/rest/v1/item?id=eq.{id}", WRITE, change),
                new Call("PATCH", "/items/{id}", JSON, change),
                Scenario::update,
                false,
                List.of("", RANDOM_ID, ""));
    }

    private static Statement read(
            String relation, Catalog catalog, House house, List<Map.Entry<String, String>> parameters) {
        var plan = Planner.read(QueryParser.read(relation, parameters, List.of()), catalog, CALLER);
        return SqlWriter.read(plan, house.schema(), house.id().role(CALLER)).statement();
    }

    private static Statement insert(Catalog catalog, House house, String relation) {
        var plan =
                WritePlanner.insert(QueryParser.insert(relation, List.of(), MINIMAL, Limits.STANDARD), catalog, CALLER);
        var rows = JsonBody.insert(plan, bytes("{\"name\": \"measured\", \"amount\": 17}"));
        return WriteSql.insert(
                        plan, rows, Rendering.JSON, house.schema(), house.id().role(CALLER), ORIGIN)
                .statement();
    }

    private static Statement update(Catalog catalog, House house) {
        var query = QueryParser.change("item", List.of(Map.entry("id", "eq.1")), MINIMAL, Limits.STANDARD);
        var plan = WritePlanner.update(query, catalog, CALLER);
        return WriteSql.update(
                        plan,
                        JsonBody.update(plan, bytes("{\"stock\": 17}")),
                        Rendering.JSON,
                        house.schema(),
                        house.id().role(CALLER),
                        ORIGIN)
                .statement();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
