package dev.rowhouse.app.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** What the specification of OpenAPI 3.1 asks of a document, as far as documents of ours can break it. */
final class References {

    private static final Pattern KEY = Pattern.compile("[a-zA-Z0-9._-]+");
    private static final Pattern TEMPLATE = Pattern.compile("\\{([^}]*)}");
    private static final Pattern PATH = Pattern.compile("(/([A-Za-z0-9._~-]|%[0-9A-F]{2})+)+(/\\{id})?");
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");
    private static final Set<String> TYPES =
            Set.of("string", "number", "integer", "boolean", "object", "array", "null");

    private References() {}

    static void check(JsonNode document) {
        assertThat(document.get("openapi").stringValue()).isEqualTo("3.1.1");
        assertThat(document.at("/info/title").stringValue()).isNotEmpty();
        assertThat(document.at("/info/version").stringValue()).isNotEmpty();
        document.get("components")
                .properties()
                .forEach(section -> assertThat(section.getValue().propertyNames())
                        .allMatch(key -> KEY.matcher(key).matches()));
        everyReferenceLeadsSomewhere(document);
        document.at("/components/schemas").forEach(References::schema);
        operations(document);
    }

    private static void everyReferenceLeadsSomewhere(JsonNode document) {
        var reached = new HashSet<String>();
        var open = new ArrayDeque<>(List.of(document));
        while (!open.isEmpty()) {
            var node = open.pop();
            if (node.has("$ref") && node.get("$ref").isString()) {
                var reference = node.get("$ref").stringValue();
                assertThat(node.size()).as(reference).isEqualTo(1);
                assertThat(resolved(document, node).isObject()).as(reference).isTrue();
                reached.add(reference);
            }
            node.forEach(open::push);
        }
        for (var section : List.of("schemas", "responses", "parameters", "headers")) {
            assertThat(document.at("/components/" + section).propertyNames())
                    .allMatch(key -> reached.contains("#/components/" + section + "/" + key));
        }
    }

    static JsonNode resolved(JsonNode document, JsonNode node) {
        return node.has("$ref") ? document.at(node.get("$ref").stringValue().substring(1)) : node;
    }

    private static void schema(JsonNode schema) {
        var type = schema.get("type");
        if (type != null) {
            assertThat(type.isString() ? List.of(type.stringValue()) : texts(type))
                    .isSubsetOf(TYPES);
        }
        var properties = schema.get("properties");
        if (properties != null) {
            properties.forEach(References::schema);
            if (schema.has("required")) {
                assertThat(texts(schema.get("required"))).isSubsetOf(properties.propertyNames());
            }
        }
    }

    private static void operations(JsonNode document) {
        var ids = new HashSet<String>();
        var tags = document.get("tags")
                .valueStream()
                .map(tag -> tag.get("name").stringValue())
                .toList();
        assertThat(tags).doesNotHaveDuplicates();
        for (var path : document.get("paths").properties()) {
            assertThat(path.getKey()).matches(PATH);
            for (var operation : path.getValue().properties()) {
                if (METHODS.contains(operation.getKey())) {
                    var node = operation.getValue();
                    assertThat(ids.add(node.get("operationId").stringValue()))
                            .as(node.toString())
                            .isTrue();
                    assertThat(tags).contains(node.at("/tags/0").stringValue());
                    assertThat(node.get("responses").propertyNames()).anyMatch(status -> status.startsWith("2"));
                    assertThat(node.get("responses"))
                            .allMatch(response -> resolved(document, response)
                                    .get("description")
                                    .isString());
                    parameters(document, path, node);
                }
            }
        }
    }

    private static void parameters(JsonNode document, Map.Entry<String, JsonNode> path, JsonNode operation) {
        var all = new ArrayList<JsonNode>();
        path.getValue().path("parameters").forEach(all::add);
        operation.path("parameters").forEach(all::add);
        var parameters =
                all.stream().map(parameter -> resolved(document, parameter)).toList();
        assertThat(parameters.stream().map(parameter -> parameter.get("in") + " " + parameter.get("name")))
                .doesNotHaveDuplicates();
        assertThat(parameters).allMatch(parameter -> parameter.has("schema"));
        var named = TEMPLATE.matcher(path.getKey())
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(parameters.stream()
                        .filter(parameter -> parameter.get("in").stringValue().equals("path"))
                        .filter(parameter -> parameter.get("required").booleanValue())
                        .map(parameter -> parameter.get("name").stringValue()))
                .containsExactlyElementsOf(named);
    }

    private static List<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::stringValue).toList();
    }
}
