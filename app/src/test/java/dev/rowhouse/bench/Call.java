package dev.rowhouse.bench;

import java.util.Map;

/**
 * An HTTP request with places that are filled anew each time: {@code {id}} with a random row, {@code {below}} with a random row
 * that has a full page behind it, {@code {category}} with a random category, {@code {tenant}} and {@code {key}} with a random
 * tenant and its key.
 */
record Call(String method, String path, Map<String, String> headers, String body) {

    static Call get(String path, Map<String, String> headers) {
        return new Call("GET", path, headers, "");
    }
}
