package dev.rowhouse.k8s;

import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Operations of RFC 6902, as far as they are used here: add, replace and remove. */
final class JsonPatch {

    private JsonPatch() {}

    static void apply(ObjectNode document, JsonNode operation) {
        var path = operation.path("path").asString();
        var pointer = JsonPointer.compile(path);
        var parent = document.at(pointer.head());
        var member = pointer.last().getMatchingProperty();
        var value = operation.path("value").deepCopy();
        switch (operation.path("op").asString()) {
            case "add" -> add(parent, member, value, path);
            case "replace" -> {
                remove(parent, member, path);
                add(parent, member, value, path);
            }
            case "remove" -> remove(parent, member, path);
            default -> throw new IllegalArgumentException("unknown operation: " + operation);
        }
    }

    private static void add(JsonNode parent, String member, JsonNode value, String path) {
        switch (parent) {
            case ObjectNode object -> object.set(member, value);
            case ArrayNode list when member.equals("-") -> list.add(value);
            case ArrayNode list -> list.insert(Integer.parseInt(member), value);
            default -> throw new IllegalArgumentException("nothing at " + path);
        }
    }

    private static void remove(JsonNode parent, String member, String path) {
        var removed = switch (parent) {
            case ObjectNode object -> object.remove(member);
            case ArrayNode list -> list.remove(Integer.parseInt(member));
            default -> null;
        };
        if (removed == null) {
            throw new IllegalArgumentException("nothing at " + path);
        }
    }
}
