package dev.rowhouse.app.openapi;

import dev.rowhouse.app.data.query.Page;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The parameters that operations share. */
final class Parameters {

    static final String SECTION = "parameters";
    static final String QUERY = "query";

    static final List<String> OF_READS =
            List.of("select", "order", "limit", "offset", "after", "and", "or", "range", "rangeUnit", "preferRead");
    static final List<String> OF_ROWS_OF_A_CALL = List.of("select", "order", "limit", "offset", "and", "or");
    static final List<String> OF_INSERTS = List.of("select", "columns", "onConflict", "preferInsert", "idempotencyKey");
    static final List<String> OF_UPDATES = List.of("select", "columns", "and", "or", "preferChange", "idempotencyKey");
    static final List<String> OF_DELETES = List.of("select", "and", "or", "preferChange", "idempotencyKey");
    static final List<String> OF_PUTS = List.of("select", "columns", "preferChange", "idempotencyKey");
    static final List<String> OF_ONE_ROW = List.of("select", "ifMatch", "ifNoneMatch");

    private static final Map<String, ObjectNode> SHARED = shared();

    private Parameters() {}

    /** Returns the components of this section that documents share; each with the key by which lists here name it. */
    static ObjectNode components() {
        var components = Json.object();
        SHARED.forEach((key, parameter) -> components.set(key, parameter.deepCopy()));
        return components;
    }

    static ArrayNode references(Stream<String> keys) {
        return Json.references(SECTION, keys);
    }

    /** Says whether a column of that name must be quoted to be one: unquoted, the word means something else. */
    static boolean isReserved(String name) {
        return SHARED.values().stream()
                .anyMatch(parameter -> parameter.get("in").stringValue().equals(QUERY)
                        && parameter.get("name").stringValue().equals(name));
    }

    static ObjectNode parameter(String name, String in, String description) {
        return Json.object().put("name", name).put("in", in).put("description", description);
    }

    private static Map<String, ObjectNode> shared() {
        var all = new LinkedHashMap<String, ObjectNode>();
        text(
                all,
                "select",
                "select",
                QUERY,
                "Which columns, computed fields and related rows: names by commas, with `alias:`, `::cast`, `->` paths, aggregates and embedded relations");
        text(
                all,
                "order",
                "order",
                QUERY,
                "How the rows are sorted: columns by commas, each with `.asc` or `.desc` and `.nullsfirst` or `.nullslast`, such as `name.desc.nullslast`");
        var number = text(all, "limit", "limit", QUERY, "At most so many rows");
        number.set("schema", Json.typed("integer").put("minimum", 0).put("maximum", Page.LARGEST));
        number = text(all, "offset", "offset", QUERY, "Leaves out so many rows at the beginning");
        number.set("schema", Json.typed("integer").put("format", "int64").put("minimum", 0));
        text(all, "after", "after", QUERY, "Continues behind a row: the cursor of a `Link` with `rel=\"next\"`");
        text(all, "and", "and", QUERY, "Conditions of which all hold, such as `(id.gt.1,id.lt.9)`");
        text(all, "or", "or", QUERY, "Conditions of which one holds, such as `(id.eq.1,not.and(id.gt.5,id.lt.9))`");
        text(all, "columns", "columns", QUERY, "Which members of the body count, by commas; the others are left aside");
        text(
                all,
                "onConflict",
                "on_conflict",
                QUERY,
                "The columns of the unique key by which a row counts as existing, by commas");
        text(all, "range", "Range", "header", "Which rows, such as `0-19`");
        var unit = text(all, "rangeUnit", "Range-Unit", "header", "What `Range` counts");
        var items = Json.typed("string");
        items.set("enum", Json.texts(List.of("items")));
        unit.set("schema", items);
        prefer(
                all,
                "preferRead",
                "`count=exact`, `count=planned` or `count=estimated`; `handling=strict`; `timezone=…`",
                "count=exact");
        prefer(
                all,
                "preferInsert",
                "`return=minimal`, `return=headers-only` or `return=representation`; `resolution=merge-duplicates` or `resolution=ignore-duplicates`; `missing=default`; `count=exact`; `tx=rollback`; `handling=strict`; `timezone=…`",
                "return=representation");
        prefer(
                all,
                "preferChange",
                "`return=minimal`, `return=headers-only` or `return=representation`; `max-affected=…` with `handling=strict`; `count=exact`; `tx=rollback`; `timezone=…`",
                "return=representation");
        prefer(
                all,
                "preferCall",
                "`count=exact`; `max-affected=…` with `handling=strict`; `tx=rollback`; `timezone=…`",
                "count=exact");
        text(
                        all,
                        "idempotencyKey",
                        "Idempotency-Key",
                        "header",
                        "A key of the client's for this request: sent again within 24 hours, it gets the first answer again and nothing is done twice")
                .set("schema", Json.typed("string").put("minLength", 1).put("maxLength", 255));
        text(
                all,
                "ifMatch",
                "If-Match",
                "header",
                "Only if the row's `ETag` is one of these, such as `\"9f86d081\"`; else 412");
        text(
                all,
                "ifNoneMatch",
                "If-None-Match",
                "header",
                "Only if the row's `ETag` is none of these; a read is then answered with 304, a write with 412");
        return all;
    }

    private static ObjectNode text(
            Map<String, ObjectNode> all, String key, String name, String in, String description) {
        var parameter = parameter(name, in, description);
        parameter.set("schema", Json.typed("string"));
        all.put(key, parameter);
        return parameter;
    }

    private static void prefer(Map<String, ObjectNode> all, String key, String description, String example) {
        text(all, key, "Prefer", "header", "Preferences by commas: " + description)
                .set("example", JsonNodeFactory.instance.stringNode(example));
    }
}
