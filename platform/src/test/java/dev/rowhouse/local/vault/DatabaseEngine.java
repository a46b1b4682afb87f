package dev.rowhouse.local.vault;

import dev.rowhouse.platform.postgres.AdministrativeSession;
import dev.rowhouse.platform.postgres.PostgresEndpoint;
import dev.rowhouse.platform.postgres.PostgresFailure;
import dev.rowhouse.platform.postgres.PostgresLogin;
import io.github.jopenlibs.vault.json.Json;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Logins on real PostgreSQL servers, each with a lease: made by the role's statements and dropped by them. */
final class DatabaseEngine {

    private static final String PREFIX = "rowhouse_lane_";
    private static final DateTimeFormatter EXPIRATION =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ssX").withZone(ZoneOffset.UTC);

    // Vault's own, for roles that name none.
    private static final List<String> RENEWAL = List.of("ALTER ROLE \"{{name}}\" VALID UNTIL '{{expiration}}'");
    private static final long BUFFER = 5;
    private static final int REVOCATIONS = 3;

    private record Connection(PostgresEndpoint endpoint, PostgresLogin login) {}

    private record Role(String connection, List<String> creation, List<String> revocation, long ttl, long longest) {}

    /** @param token that got it, and ends it with its own end */
    private record Lease(Role role, String user, String token, Instant until, Instant end) {}

    private final Map<String, Connection> connections = new ConcurrentHashMap<>();
    private final Map<String, Role> roles = new ConcurrentHashMap<>();
    private final Map<String, Lease> leases = new ConcurrentHashMap<>();

    @Nullable
    JsonValue answer(Call call) {
        return switch (call.part(0)) {
            case "config" -> {
                connections.put(call.part(1), connection(call));
                yield null;
            }
            case "roles" -> {
                roles.put(call.part(1), role(call));
                yield null;
            }
            case "creds" -> issued(call.part(1), call.token());
            default -> throw new Refusal(404, "unsupported path");
        };
    }

    @Nullable
    JsonValue lease(Call call) {
        var id = call.text("lease_id", call.rest().size() > 1 ? call.from(1) : "");
        return switch (call.part(0)) {
            case "renew" -> renewed(id, call.seconds("increment", 0));
            case "revoke" -> {
                end(id);
                yield null;
            }
            case "revoke-prefix" -> {
                leases.keySet().stream()
                        .filter(known -> known.startsWith(call.from(1)))
                        .toList()
                        .forEach(this::end);
                yield null;
            }
            default -> throw new Refusal(404, "unsupported path");
        };
    }

    /** Drops what is over, and what was got by a token that is. */
    void expire(Predicate<String> tokenLives) {
        var now = Instant.now();
        leases.forEach((id, lease) -> {
            if (!now.isBefore(lease.until()) || !tokenLives.test(lease.token())) {
                end(id);
            }
        });
    }

    int count(String role) {
        return (int) leases.keySet().stream()
                .filter(id -> id.contains("/creds/" + role + "/"))
                .count();
    }

    private JsonObject issued(String name, String token) {
        var role = roles.get(name);
        if (role == null) {
            throw new Refusal(400, "unknown role: " + name);
        }
        var user = PREFIX + name.replaceAll("[^a-z0-9]", "_") + "_"
                + UUID.randomUUID().toString().replace("-", "").substring(0, 16);
        var password = "p-" + UUID.randomUUID();
        var now = Instant.now();
        var lease = new Lease(role, user, token, now.plusSeconds(role.ttl()), now.plusSeconds(role.longest()));
        run(role, role.creation(), user, password, lease.until().plusSeconds(BUFFER));
        var id = "database/creds/" + name + "/" + UUID.randomUUID();
        leases.put(id, lease);
        return new JsonObject()
                .add("lease_id", id)
                .add("lease_duration", role.ttl())
                .add("renewable", true)
                .add("data", new JsonObject().add("username", user).add("password", password))
                .add("warnings", Json.NULL);
    }

    private JsonObject renewed(String id, long increment) {
        var lease = leases.get(id);
        if (lease == null) {
            throw new Refusal(400, "lease not found");
        }
        var now = Instant.now();
        var wanted = now.plusSeconds(increment == 0 ? lease.role().ttl() : increment);
        var capped = wanted.isAfter(lease.end());
        var until = capped ? lease.end() : wanted;
        leases.put(id, new Lease(lease.role(), lease.user(), lease.token(), until, lease.end()));
        run(lease.role(), RENEWAL, lease.user(), "", until.plusSeconds(BUFFER));
        var answer = new JsonObject()
                .add("lease_id", id)
                .add("lease_duration", Math.max(0, Duration.between(now, until).toSeconds()))
                .add("renewable", true);
        return capped
                ? answer.add(
                        "warnings",
                        Tokens.array(List.of("TTL of \"" + increment
                                + "s\" exceeded the effective max_ttl; TTL value is capped accordingly")))
                : answer;
    }

    // As Vault does: what failed, such as for another change of the same catalog row, is tried again, and later once
    // more.
    private void end(String id) {
        var lease = leases.remove(id);
        if (lease == null) {
            return;
        }
        for (var attempt = 1; ; attempt++) {
            try {
                run(lease.role(), lease.role().revocation(), lease.user(), "", Instant.now());
                return;
            } catch (Refusal failed) {
                if (attempt == REVOCATIONS) {
                    leases.put(id, lease);
                    throw failed;
                }
            }
        }
    }

    private void run(Role role, List<String> statements, String user, String password, Instant until) {
        var connection = connections.get(role.connection());
        try (var session = AdministrativeSession.open(connection.endpoint(), connection.login())) {
            session.transaction(() -> statements.forEach(statement -> session.execute(statement
                    .replace("{{name}}", user)
                    .replace("{{username}}", user)
                    .replace("{{password}}", password)
                    .replace("{{expiration}}", EXPIRATION.format(until)))));
        } catch (PostgresFailure e) {
            throw new Refusal(500, "1 error occurred:\n\t* " + e.getMessage() + "\n\n");
        }
    }

    private static Connection connection(Call call) {
        var url = URI.create(call.text("connection_url").replace("{{username}}:{{password}}@", ""));
        return new Connection(
                new PostgresEndpoint(url.getHost(), url.getPort(), url.getPath().substring(1)),
                new PostgresLogin(call.text("username"), call.text("password")));
    }

    private static Role role(Call call) {
        return new Role(
                call.text("db_name"),
                Tokens.texts(call.body().get("creation_statements")),
                Tokens.texts(call.body().get("revocation_statements")),
                call.seconds("default_ttl", 3600),
                call.seconds("max_ttl", 86_400));
    }
}
