package dev.rowhouse.platform.secrets;

import io.github.jopenlibs.vault.VaultException;
import io.github.jopenlibs.vault.json.Json;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import io.github.jopenlibs.vault.json.ParseException;
import java.util.ArrayList;
import java.util.List;

/** Reads the members of Vault's answers; what is missing is told by name and never shown. */
final class VaultAnswers {

    // What the driver puts before the body of an answer of 500 or more, which it throws.
    private static final String BODY = "Response body: ";

    private VaultAnswers() {}

    /** Returns the answer's body, an empty object for none, or fails with what its status means. */
    static JsonObject whole(String path, int status, String body) {
        if (status / 100 != 2) {
            throw error(path, status, errors(body));
        }
        try {
            return body.isBlank() ? new JsonObject() : Json.parse(body).asObject();
        } catch (ParseException | UnsupportedOperationException e) {
            throw new SecretsError.Unreadable(path, "the answer is no JSON object");
        }
    }

    static SecretsError error(String path, VaultException thrown) {
        var message = String.valueOf(thrown.getMessage());
        var body = message.indexOf(BODY);
        return error(
                path,
                thrown.getHttpStatusCode(),
                body < 0 ? List.of() : errors(message.substring(body + BODY.length())));
    }

    // The capability that a 403 lacks is known to the caller alone.
    private static SecretsError error(String path, int status, List<String> errors) {
        return switch (status) {
            case 404 -> new SecretsError.Missing(path);
            case 503 ->
                errors.stream().anyMatch(error -> error.contains("sealed"))
                        ? new SecretsError.Sealed(path)
                        : new SecretsError.Unavailable(path, "it answered 503" + told(errors), null);
            case 500 -> SecretsError.Unavailable.failed(path, "it answered 500" + told(errors));
            case 429, 472, 473, 501, 502, 504 ->
                new SecretsError.Unavailable(path, "it answered " + status + told(errors), null);
            default -> new SecretsError.Refused(path, status, errors);
        };
    }

    private static String told(List<String> errors) {
        return errors.isEmpty() ? "" : ": " + String.join("; ", errors);
    }

    private static List<String> errors(String body) {
        var errors = new ArrayList<String>();
        try {
            var listed = Json.parse(body).asObject().get("errors");
            if (listed != null) {
                listed.asArray().forEach(error -> errors.add(error.asString()));
            }
        } catch (ParseException | UnsupportedOperationException e) {
            return List.of();
        }
        return errors;
    }

    static JsonObject object(String path, JsonObject from, String name) {
        return member(path, from, name).asObject();
    }

    static String text(String path, JsonObject from, String name) {
        return member(path, from, name).asString();
    }

    static long number(String path, JsonObject from, String name) {
        return member(path, from, name).asLong();
    }

    static boolean flag(JsonObject from, String name) {
        var value = from.get(name);
        return value != null && value.isTrue();
    }

    private static JsonValue member(String path, JsonObject from, String name) {
        var value = from.get(name);
        if (value == null || value.isNull()) {
            throw new SecretsError.Unreadable(path, "the answer has no '" + name + "'");
        }
        return value;
    }
}
