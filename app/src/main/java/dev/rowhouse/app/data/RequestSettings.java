package dev.rowhouse.app.data;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import tools.jackson.databind.json.JsonMapper;

/** What functions, policies and triggers can read of the request that they run for. */
final class RequestSettings {

    // Whoever wrote a function sees what its callers send, but not what they prove their identity with.
    private static final Set<String> SECRETS = Set.of("apikey", "authorization", "proxy-authorization", "cookie");
    private static final JsonMapper JSON = new JsonMapper();

    private RequestSettings() {}

    /** @param path behind {@code /rest/v1} */
    static Map<String, String> of(String method, String path, HttpHeaders headers) {
        return Map.of("request.method", method, "request.path", path, "request.headers", json(headers));
    }

    private static String json(HttpHeaders headers) {
        var object = JSON.createObjectNode();
        headers.forEach((name, values) -> put(object::put, name.toLowerCase(Locale.ROOT), values));
        return object.toString();
    }

    private static void put(Members members, String name, List<String> values) {
        if (!SECRETS.contains(name)) {
            members.put(name, String.join(", ", values));
        }
    }

    private interface Members {
        void put(String name, String value);
    }
}
