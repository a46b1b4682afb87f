package dev.rowhouse.local.vault;

import io.github.jopenlibs.vault.json.JsonObject;
import java.util.List;

/**
 * A request as the engines see it.
 *
 * @param path behind {@code /v1/}
 * @param rest segments behind the engine's mount
 */
record Call(String method, String path, List<String> rest, String query, String token, JsonObject body) {

    boolean isRead() {
        return method.equals("GET");
    }

    String part(int index) {
        if (index >= rest.size()) {
            throw new Refusal(404, "unsupported path");
        }
        return rest.get(index);
    }

    String from(int index) {
        return String.join("/", rest.subList(index, rest.size()));
    }

    String text(String name) {
        var value = body.get(name);
        if (value == null || !value.isString()) {
            throw new Refusal(400, "missing " + name);
        }
        return value.asString();
    }

    String text(String name, String otherwise) {
        var value = body.get(name);
        return value == null || value.isNull() ? otherwise : value.isString() ? value.asString() : value.toString();
    }

    /** Returns a number of seconds, given as such or as {@code 90s}, {@code 5m}, {@code 1h}. */
    long seconds(String name, long otherwise) {
        var text = text(name, "");
        if (text.isEmpty()) {
            return otherwise;
        }
        var unit = text.charAt(text.length() - 1);
        var number = Character.isDigit(unit) ? text : text.substring(0, text.length() - 1);
        return Long.parseLong(number) * (unit == 'h' ? 3600 : unit == 'm' ? 60 : 1);
    }
}
