package dev.rowhouse.app.data;

import dev.rowhouse.platform.json.JsonMembers;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.http.HttpHeaders;

/** The address under which an inserted row is found, told by the key that the insert returned. */
final class KeyLocation {

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
        return JsonMembers.of(new String(key, StandardCharsets.UTF_8)).entrySet().stream()
                .map(column -> encoded(column.getKey()) + "=eq." + encoded(JsonMembers.plain(column.getValue())))
                .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
