package dev.rowhouse.k8s;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * What Rowhouse's container reads: the files of its configuration tree, and its variables. What comes from a Secret has a
 * made-up value, since the values are in no file here.
 *
 * @param files contents by names, which are names of properties
 */
record Settings(Map<String, String> files, Map<String, String> variables) {

    static Settings of(Rendering rendering) {
        var files = new HashMap<String, String>();
        rendering
                .rowhouse()
                .pod()
                .path("volumes")
                .valueStream()
                .filter(volume -> volume.path("name").asString("").equals("configuration"))
                .flatMap(volume -> volume.at("/projected/sources").valueStream())
                .forEach(source -> {
                    source.at("/secret/items").forEach(item -> {
                        var property = item.path("path").asString();
                        files.put(property, madeUp(property));
                    });
                    rendering
                            .of("ConfigMap")
                            .filter(map -> map.name()
                                    .equals(source.at("/configMap/name").asString("")))
                            .forEach(map -> files.putAll(Manifest.strings(map.at("/data"))));
                });
        var variables = new HashMap<String, String>();
        rendering
                .rowhouseContainer()
                .path("env")
                .forEach(variable -> variables.put(variable.path("name").asString(), value(variable)));
        return new Settings(files, variables);
    }

    /** The names of the properties among the files. */
    Stream<String> names() {
        return files.keySet().stream();
    }

    private static String value(JsonNode variable) {
        return variable.has("value") ? variable.path("value").asString() : "0123456789abcdef".repeat(4);
    }

    private static String madeUp(String property) {
        return property.equals("rowhouse.redis.uri") ? "redis://:made-up@redis:6379" : "made-up ".repeat(8);
    }
}
