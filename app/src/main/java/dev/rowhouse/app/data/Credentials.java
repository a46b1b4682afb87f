package dev.rowhouse.app.data;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * What a request shows of its caller: one of the tenant's API keys, a user's token, or both.
 *
 * @param key null for none
 * @param token null for none; possibly empty
 */
record Credentials(@Nullable String key, @Nullable String token) {

    private static final String API_KEY = "apikey";
    private static final String SCHEME = "Bearer";
    private static final Credentials NONE = new Credentials(null, null);

    /** Reads {@code apikey} and {@code Authorization}. Two different keys in one request are none. */
    static Credentials of(HttpHeaders headers) {
        if (isAmbiguous(headers.get(API_KEY)) || isAmbiguous(headers.get(HttpHeaders.AUTHORIZATION))) {
            return NONE;
        }
        var key = headers.getFirst(API_KEY);
        var authorization = headers.getFirst(HttpHeaders.AUTHORIZATION);
        if (authorization == null || !isBearer(authorization)) {
            return new Credentials(key, null);
        }
        var bearer = authorization.substring(SCHEME.length()).strip();
        // No API key has a dot, and no token is without.
        if (bearer.isEmpty() || bearer.indexOf('.') >= 0) {
            return new Credentials(key, bearer);
        }
        return key == null || key.equals(bearer) ? new Credentials(bearer, null) : NONE;
    }

    private static boolean isBearer(String authorization) {
        var length = SCHEME.length();
        return authorization.regionMatches(true, 0, SCHEME, 0, length)
                && (authorization.length() == length || authorization.charAt(length) == ' ');
    }

    private static boolean isAmbiguous(@Nullable List<String> values) {
        return values != null && values.size() > 1;
    }
}
