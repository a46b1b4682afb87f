package dev.rowhouse.app.data;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Where a single inserted row is found, told by the key that the insert returned. */
final class KeyLocation {

    private static final JsonMapper JSON = new JsonMapper();

    private KeyLocation() {}

    static Optional<String> of(String relation, byte[] keys) {
        if (keys.length == 0) {
            return Optional.empty();
        }
        var rows = JSON.readTree(keys);
        if (rows.size() != 1 || rows.get(0).isEmpty()) {
            return Optional.empty();
        }
        var filters = rows.get(0).properties().stream()
                .map(column -> encoded(column.getKey()) + "=eq." + value(column.getValue()))
                .collect(Collectors.joining("&"));
        return Optional.of("/rest/v1/" + encoded(relation) + "?" + filters);
    }

    private static String value(JsonNode value) {
        return encoded(value.isString() ? value.stringValue() : value.toString());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
