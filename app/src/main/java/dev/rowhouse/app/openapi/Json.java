package dev.rowhouse.app.openapi;

import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes the nodes of a document. */
final class Json {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Json() {}

    static ObjectNode object() {
        return NODES.objectNode();
    }

    static ArrayNode array(List<? extends JsonNode> elements) {
        return NODES.arrayNode().addAll(elements);
    }

    static ArrayNode array(JsonNode... elements) {
        return array(List.of(elements));
    }

    static ArrayNode texts(Collection<String> texts) {
        var array = NODES.arrayNode();
        texts.forEach(array::add);
        return array;
    }

    static ObjectNode typed(String type) {
        return object().put("type", type);
    }

    static ObjectNode arrayOf(JsonNode items) {
        var schema = typed("array");
        schema.set("items", items);
        return schema;
    }

    /** Returns a reference to a component; its key needs no escape, for it was made by {@link Names}. */
    static ObjectNode reference(String section, String key) {
        return object().put("$ref", "#/components/" + section + "/" + key);
    }

    static ArrayNode references(String section, Stream<String> keys) {
        return array(keys.map(key -> reference(section, key)).toList());
    }

    /** Returns one media type of a {@code content}. */
    static ObjectNode media(JsonNode schema) {
        var media = object();
        media.set("schema", schema);
        return media;
    }
}
