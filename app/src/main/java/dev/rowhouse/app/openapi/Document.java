package dev.rowhouse.app.openapi;

import dev.rowhouse.app.openapi.Offer.Offered;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.web.util.UriUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** An OpenAPI 3.1 document of one tenant: what it is called, where it is, and what it offers to a class of callers. */
final class Document {

    /** What a document says of the tenant itself. */
    record Heading(String title, int version, String baseUrl) {}

    private static final String ABOUT = """
            The rows and functions of %s, in the dialect of PostgREST.

            Every call carries a key of this tenant, as header `apikey` or as `Authorization: Bearer`. Rows are filtered by \
            `column=operator.value`; the operators are `eq`, `neq`, `gt`, `gte`, `lt`, `lte`, `like`, `ilike`, `match`, `imatch`, \
            `in`, `is`, `isdistinct`, `fts`, `plfts`, `phfts`, `wfts`, `cs`, `cd`, `ov`, `sl`, `sr`, `nxr`, `nxl` and `adj`, each also \
            behind `not.`. A refusal is an `application/problem+json` with `code`, `message`, `details`, `hint` and `trace_id`.""";

    private final Names schemas = new Names();
    private final Names parameters = new Names();
    private final Names ids = new Names();
    private final Map<String, ObjectNode> rowReferences = new LinkedHashMap<>();
    private final ObjectNode paths = Json.object();
    private final ObjectNode schemaComponents = Json.object();
    private final ObjectNode parameterComponents = Parameters.components();
    private final List<JsonNode> tagList = new ArrayList<>();

    private Document() {
        parameterComponents.propertyNames().forEach(parameters::claim);
    }

    static ObjectNode of(Heading heading, Offer offer) {
        var document = new Document();
        document.add(offer);
        return document.node(heading);
    }

    private void add(Offer offer) {
        schemaComponents.set(schemas.claim(Problems.SCHEMA), Problems.schema());
        var functions = functionsTag(offer);
        var rowKeys = new LinkedHashMap<Offered, String>();
        offer.relations().forEach(offered -> {
            var key = schemas.claim(offered.name());
            rowKeys.put(offered, key);
            rowReferences.put(offered.name(), Json.reference("schemas", key));
        });
        rowKeys.forEach((offered, key) -> {
            schemaComponents.set(key, RelationSchemas.row(offered, offer.catalog()));
            add(offered);
        });
        offer.routines()
                .forEach(overloads -> paths.set(
                        "/rpc/" + encoded(overloads.getFirst().name()),
                        new RoutinePaths(overloads, functions, ids, rowReferences).path()));
        if (!offer.routines().isEmpty()) {
            tagList.add(Json.object().put("name", functions).put("description", "What can be called"));
        }
    }

    // The tags of relations are their names.
    private static String functionsTag(Offer offer) {
        var names = offer.relations().stream().map(Offered::name).toList();
        var tag = "Functions";
        while (names.contains(tag)) {
            tag = tag + "*";
        }
        return tag;
    }

    private void add(Offered offered) {
        var changes = Json.object();
        if (offered.updatable()) {
            var key = schemas.claim(offered.name() + ".changes");
            schemaComponents.set(key, RelationSchemas.changes(offered));
            changes = Json.reference("schemas", key);
        }
        var tag = offered.name();
        tagList.add(Json.object()
                .put("name", tag)
                .put("description", Comments.summary(offered.relation().comment(), "Rows of " + offered.name())));
        var row = rowReferences.getOrDefault(offered.name(), Json.object());
        var relation = new RelationPaths(offered, tag, ids, row, changes, parameters);
        relation.addFilters(parameterComponents);
        var address = "/" + encoded(offered.name());
        var rows = relation.rows();
        if (!rows.isEmpty()) {
            paths.set(address, rows);
        }
        if (relation.hasAddresses()) {
            paths.set(address + "/{id}", relation.oneRow());
        }
    }

    private ObjectNode node(Heading heading) {
        var document = Json.object().put("openapi", "3.1.1");
        document.putObject("info")
                .put("title", heading.title())
                .put("description", ABOUT.formatted(heading.title()))
                .put("version", Integer.toString(heading.version()));
        document.set("servers", Json.array(Json.object().put("url", heading.baseUrl() + "/rest/v1")));
        document.set("security", Json.array(required("apikey"), required("bearer")));
        document.set("tags", Json.array(tagList));
        document.set("paths", paths);
        var components = document.putObject("components");
        components.set("schemas", schemaComponents);
        components.set("responses", Problems.responses());
        components.set(Parameters.SECTION, parameterComponents);
        components.set("headers", Headers.components());
        components.set("securitySchemes", security());
        Pruning.prune(document, List.of("schemas", "responses", Parameters.SECTION, "headers"));
        return document;
    }

    private static ObjectNode required(String scheme) {
        var requirement = Json.object();
        requirement.putArray(scheme);
        return requirement;
    }

    private static ObjectNode security() {
        var schemes = Json.object();
        schemes.set(
                "apikey",
                Json.typed("apiKey")
                        .put("in", "header")
                        .put("name", "apikey")
                        .put("description", "A key of the tenant"));
        schemes.set(
                "bearer",
                Json.typed("http")
                        .put("scheme", "bearer")
                        .put("description", "A key of the tenant, or a token of one of its users"));
        return schemes;
    }

    // All but RFC 3986's unreserved: braces in a relation's name are no template.
    private static String encoded(String name) {
        return UriUtils.encode(name, StandardCharsets.UTF_8);
    }
}
