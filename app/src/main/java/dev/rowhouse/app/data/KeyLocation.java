package dev.rowhouse.app.data;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.http.HttpHeaders;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The address under which an inserted row is found, told by the key that the insert returned. */
final class KeyLocation {

    private static final JsonMapper JSON = new JsonMapper();

    private KeyLocation() {}

    /** Names the row in the answer if there is exactly one and it has a key. */
    static void tell(DataRequest request, List<byte[]> keys) {
        if (keys.size() != 1) {
            return;
        }
        var path = request.exchange().getRequest().getURI().getRawPath();
        request.response().getHeaders().set(HttpHeaders.LOCATION, path + "?" + filters(keys.getFirst()));
    }

    private static String filters(byte[] key) {
        return JSON.readTree(key).properties().stream()
                .map(column -> encoded(column.getKey()) + "=eq." + value(column.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String value(JsonNode value) {
        return encoded(value.isString() ? value.stringValue() : value.toString());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
