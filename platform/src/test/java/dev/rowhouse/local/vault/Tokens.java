package dev.rowhouse.local.vault;

import io.github.jopenlibs.vault.json.Json;
import io.github.jopenlibs.vault.json.JsonArray;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Tokens with their time to live, and the three ways to one: made by another token, AppRole, Kubernetes. */
final class Tokens {

    private static final long NEVER = 0;
    private static final long NO_END = 100L * 365 * 86_400;

    /** @param end of the longest life */
    private record Token(List<String> policies, long ttl, boolean renewable, Instant until, Instant end) {
        boolean isOver(Instant now) {
            return ttl != NEVER && !now.isBefore(until);
        }
    }

    private record Role(List<String> policies, long ttl, long longest, String id) {}

    private final Map<String, Token> tokens = new ConcurrentHashMap<>();
    private final Map<String, Role> roles = new ConcurrentHashMap<>();
    private final Map<String, String> secretIds = new ConcurrentHashMap<>();
    private final Map<String, Role> serviceAccounts = new ConcurrentHashMap<>();
    private volatile String acceptedJwt = "";

    Tokens(String root) {
        tokens.put(root, new Token(List.of("root"), NEVER, false, Instant.MAX, Instant.MAX));
    }

    void accept(String jwt) {
        acceptedJwt = jwt;
    }

    void revokeAllButRoot() {
        tokens.values().removeIf(token -> !token.policies().contains("root"));
    }

    /** Says whether the token is known and not over; with it go the leases that it got. */
    boolean lives(String token) {
        var known = tokens.get(token);
        return known != null && !known.isOver(Instant.now());
    }

    /** Returns the policies of a token, or refuses one that is unknown or over. */
    List<String> policies(String token) {
        var known = tokens.get(token);
        if (known == null || known.isOver(Instant.now())) {
            throw new Refusal(403, "2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n");
        }
        return known.policies();
    }

    @Nullable
    JsonValue token(Call call) {
        return switch (call.part(0)) {
            case "create" ->
                issue(
                        texts(call.body().get("policies")),
                        call.seconds("ttl", 3600),
                        call.seconds("explicit_max_ttl", 32 * 86_400),
                        !call.text("renewable", "true").equals("false"));
            case "renew-self" -> renewed(call.token());
            case "lookup-self" -> lookedUp(call.token());
            case "revoke-self" -> {
                tokens.remove(call.token());
                yield null;
            }
            case "revoke" -> {
                tokens.remove(call.text("token"));
                yield null;
            }
            default -> throw new Refusal(404, "unsupported path");
        };
    }

    @Nullable
    JsonValue appRole(Call call) {
        if (call.part(0).equals("login")) {
            var id = call.text("role_id");
            var role = roles.entrySet().stream()
                    .filter(entry -> entry.getValue().id().equals(id))
                    .findFirst()
                    .orElseThrow(() -> new Refusal(400, "invalid role or secret ID"));
            if (!role.getKey().equals(secretIds.get(call.text("secret_id")))) {
                throw new Refusal(400, "invalid role or secret ID");
            }
            return login(role.getValue());
        }
        var name = call.part(1);
        if (call.rest().size() == 2) {
            roles.put(name, role(call));
            return null;
        }
        return switch (call.part(2)) {
            case "role-id" ->
                data(new JsonObject().add("role_id", roles.get(name).id()));
            case "secret-id" -> {
                var secret = UUID.randomUUID().toString();
                secretIds.put(secret, name);
                yield data(new JsonObject().add("secret_id", secret));
            }
            default -> throw new Refusal(404, "unsupported path");
        };
    }

    @Nullable
    JsonValue kubernetes(Call call) {
        if (!call.part(0).equals("login")) {
            serviceAccounts.put(call.part(1), role(call));
            return null;
        }
        var role = serviceAccounts.get(call.text("role"));
        if (role == null) {
            throw new Refusal(400, "invalid role name \"" + call.text("role") + "\"");
        }
        if (!acceptedJwt.equals(call.text("jwt"))) {
            throw Refusal.denied();
        }
        return login(role);
    }

    // A period stands before both lives: a token that has one may be renewed without end.
    private static Role role(Call call) {
        var period = call.seconds("token_period", NEVER);
        return new Role(
                texts(call.body().get("token_policies")),
                period == NEVER ? call.seconds("token_ttl", 3600) : period,
                period == NEVER ? call.seconds("token_max_ttl", 32 * 86_400) : NO_END,
                UUID.randomUUID().toString());
    }

    private JsonObject login(Role role) {
        return issue(role.policies(), role.ttl(), role.longest(), true);
    }

    private JsonObject issue(List<String> policies, long ttl, long longest, boolean renewable) {
        var token = "hvs." + UUID.randomUUID();
        var now = Instant.now();
        tokens.put(token, new Token(policies, ttl, renewable, now.plusSeconds(ttl), now.plusSeconds(longest)));
        return auth(token, ttl, renewable);
    }

    private JsonObject renewed(String name) {
        var token = tokens.get(name);
        if (!token.renewable()) {
            throw new Refusal(400, "lease is not renewable");
        }
        var now = Instant.now();
        var wanted = now.plusSeconds(token.ttl());
        var until = wanted.isBefore(token.end()) ? wanted : token.end();
        tokens.put(name, new Token(token.policies(), token.ttl(), true, until, token.end()));
        return auth(name, until.getEpochSecond() - now.getEpochSecond(), true);
    }

    private JsonObject lookedUp(String name) {
        var token = tokens.get(name);
        var left = token.ttl() == NEVER
                ? 0
                : token.until().getEpochSecond() - Instant.now().getEpochSecond();
        return data(new JsonObject().add("ttl", left).add("renewable", token.renewable()));
    }

    private static JsonObject auth(String token, long ttl, boolean renewable) {
        return new JsonObject()
                .add(
                        "auth",
                        new JsonObject()
                                .add("client_token", token)
                                .add("lease_duration", ttl)
                                .add("renewable", renewable));
    }

    static JsonObject data(JsonObject data) {
        return new JsonObject().add("data", data);
    }

    static List<String> texts(@Nullable JsonValue value) {
        var texts = new ArrayList<String>();
        if (value != null && value.isString()) {
            texts.addAll(List.of(value.asString().split(",")));
        } else if (value != null && value.isArray()) {
            value.asArray().forEach(text -> texts.add(text.asString()));
        }
        return texts;
    }

    static JsonArray array(List<String> texts) {
        return Json.array(texts.toArray(String[]::new)).asArray();
    }
}
