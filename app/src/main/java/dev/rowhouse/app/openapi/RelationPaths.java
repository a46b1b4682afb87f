package dev.rowhouse.app.openapi;

import dev.rowhouse.app.data.query.Page;
import dev.rowhouse.app.openapi.Offer.Offered;
import dev.rowhouse.tenancy.catalog.Column;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** What can be done with a relation: its rows by filters, and each row by its key. */
final class RelationPaths {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private static final String PAGES =
            "Filtered by columns, ordered, and in pages of at most " + Page.LARGEST + " rows";

    private final Offered offered;
    private final String tag;
    private final Names ids;
    private final ObjectNode row;
    private final ObjectNode changes;
    private final Map<String, String> filters = new LinkedHashMap<>();

    /**
     * @param tag under which the operations stand
     * @param ids of all operations of the document
     * @param row refers to what a row looks like, {@code changes} to what can be changed of it
     * @param parameterKeys of the document; this one's filters get theirs
     */
    RelationPaths(Offered offered, String tag, Names ids, ObjectNode row, ObjectNode changes, Names parameterKeys) {
        this.offered = offered;
        this.tag = tag;
        this.ids = ids;
        this.row = row;
        this.changes = changes;
        for (var column : offered.columns()) {
            if (offered.read().contains(column.name())) {
                filters.put(column.name(), parameterKeys.claim("rowFilter." + offered.name() + "." + column.name()));
            }
        }
    }

    /** Adds the filter of each column to the document's parameters. */
    void addFilters(ObjectNode components) {
        for (var column : offered.columns()) {
            var key = filters.get(column.name());
            if (key != null) {
                components.set(key, filter(column));
            }
        }
    }

    private static ObjectNode filter(Column column) {
        var name = column.name();
        var plain = PLAIN.matcher(name).matches() && !Parameters.isReserved(name);
        var parameter = Parameters.parameter(
                plain ? name : '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"',
                Parameters.QUERY,
                "Filter by " + name + " (" + column.type().display() + "): `{operator}.{value}`");
        parameter.set("schema", Json.typed("string"));
        return parameter.put("example", TypeSchemas.example(column.type()));
    }

    /** Returns the operations of the rows. */
    ObjectNode rows() {
        var comment = offered.relation().comment();
        var path = Json.object();
        if (offered.readable()) {
            var rest = Comments.rest(comment);
            path.set(
                    "get", read(Comments.summary(comment, "Rows of " + offered.name()), rest.isEmpty() ? PAGES : rest));
        }
        if (offered.insertable()) {
            path.set("post", insert());
        }
        if (offered.updatable()) {
            path.set("patch", update());
        }
        if (offered.deleted()) {
            path.set("delete", delete());
        }
        return path;
    }

    private ObjectNode read(String summary, String description) {
        return new Operation(tag, ids.claim("get_" + offered.name()), summary, description)
                .takes(Stream.concat(filters.values().stream(), Parameters.OF_READS.stream()))
                .answers(200, "The rows", ofMany(), Operation.rows(row))
                .answers(206, "Some of the rows, where they were counted", ofMany(), Operation.rows(row))
                .refuses(400, 401, 403, 404, 406, 416, 429, 503)
                .node();
    }

    private static ObjectNode ofMany() {
        return Headers.named("Content-Range", "Content-Location", "Link", "Preference-Applied");
    }

    private ObjectNode insert() {
        var body = Json.object();
        // A row alone is taken as well, but what generates clients cannot tell it from a list of rows.
        body.set(Operation.JSON, Json.media(Json.arrayOf(row)));
        body.set(Operation.CSV, Json.media(Json.typed("string")));
        body.set(Operation.NDJSON, Json.media(Json.typed("string")));
        body.set("application/x-www-form-urlencoded", Json.media(row));
        var headers = Headers.named("Location", "Content-Range", "Preference-Applied", "Idempotency-Replayed");
        return new Operation(
                        tag,
                        ids.claim("insert_" + offered.name()),
                        "Insert into " + offered.name(),
                        "A list of rows, or one row alone; with `Prefer: resolution=…` those that exist are changed or left")
                .takes(Parameters.OF_INSERTS.stream())
                .body(body)
                .answers(200, "No row was new; the rows with `return=representation`", headers, Operation.rows(row))
                .answers(
                        201,
                        "The rows are made; they are shown with `return=representation`",
                        headers,
                        Operation.rows(row))
                .refuses(400, 401, 403, 404, 406, 409, 413, 415, 422, 429, 503)
                .node();
    }

    private ObjectNode update() {
        return change(
                "update_",
                "Change rows of ",
                "The rows that the filters name; without a filter all",
                Parameters.OF_UPDATES,
                Operation.content(Operation.JSON, changes),
                415);
    }

    private ObjectNode delete() {
        return change(
                "delete_",
                "Delete from ",
                "The rows that the filters name; without a filter all",
                Parameters.OF_DELETES,
                Json.object(),
                405);
    }

    private ObjectNode change(
            String verb, String summary, String description, List<String> shared, ObjectNode body, int refused) {
        var headers = Headers.named("Content-Range", "Preference-Applied", "Idempotency-Replayed");
        var operation = new Operation(tag, ids.claim(verb + offered.name()), summary + offered.name(), description)
                .takes(Stream.concat(filters.values().stream(), shared.stream()))
                .answers(200, "The rows, with `return=representation`", headers, Operation.rows(row))
                .answers(204, "Done", headers, Json.object())
                .refuses(400, 401, 403, 404, refused, 406, 409, 413, 422, 429, 503);
        return (body.isEmpty() ? operation : operation.body(body)).node();
    }

    /** Says whether the rows have addresses; a relation named as the functions' root is has none. */
    boolean hasAddresses() {
        return offered.addressable() && !offered.name().equals("rpc");
    }

    /** Returns the operations of one row. */
    ObjectNode oneRow() {
        var path = Json.object();
        path.set("parameters", Json.array(id()));
        path.set("get", readOne());
        if (offered.replaceable()) {
            path.set("put", writeOne("put_", "Make or replace", row, Parameters.OF_PUTS, 201));
        }
        if (offered.updatable()) {
            path.set("patch", writeOne("patch_", "Change", changes, Parameters.OF_PUTS, 204));
        }
        if (offered.deleted()) {
            path.set(
                    "delete",
                    writeOne("remove_", "Delete", Json.object(), List.of("preferChange", "idempotencyKey"), 204));
        }
        return path;
    }

    private ObjectNode id() {
        var key = offered.relation().primaryKey();
        var only = key.size() == 1 ? offered.relation().column(key.getFirst()) : null;
        var id = Parameters.parameter("id", "path", "The row's key: " + String.join(",", key))
                .put("required", true);
        id.set("schema", only == null ? Json.typed("string") : TypeSchemas.ofText(only.type()));
        return id;
    }

    private ObjectNode readOne() {
        return new Operation(
                        tag,
                        ids.claim("get_one_" + offered.name()),
                        "One row of " + offered.name(),
                        "With the tag that names its state")
                .takes(Parameters.OF_ONE_ROW.stream())
                .answers(200, "The row", Headers.named("ETag"), Operation.content(Operation.JSON, row))
                .answers(304, "The row is as the client knows it", Headers.named("ETag"), Json.object())
                .refuses(400, 401, 403, 404, 406, 412, 429, 503)
                .node();
    }

    private ObjectNode writeOne(String verb, String summary, ObjectNode body, List<String> shared, int silent) {
        var headers = Headers.named("ETag", "Preference-Applied", "Idempotency-Replayed");
        var parameters = new ArrayList<>(shared);
        parameters.addAll(List.of("ifMatch", "ifNoneMatch"));
        var operation = new Operation(
                        tag,
                        ids.claim(verb + offered.name()),
                        summary + " one row of " + offered.name(),
                        "Of two writers that send the same `If-Match` one is refused with 412")
                .takes(parameters.stream())
                .answers(200, "The row, with `return=representation`", headers, Operation.content(Operation.JSON, row))
                .answers(
                        silent,
                        silent == 201 ? "The row is made" : "Done",
                        headers,
                        silent == 201 ? Operation.content(Operation.JSON, row) : Json.object())
                .refuses(400, 401, 403, 404, 406, 409, 412, 413, 422, 429, 503);
        if (silent == 201) {
            operation.answers(204, "Done", headers, Json.object());
        }
        return (body.isEmpty() ? operation : operation.body(Operation.content(Operation.JSON, body))).node();
    }
}
