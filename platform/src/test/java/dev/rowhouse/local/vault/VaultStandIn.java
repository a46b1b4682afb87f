package dev.rowhouse.local.vault;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.jopenlibs.vault.json.Json;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Speaks Vault's HTTP API on a port of this machine, unsealed from the start, with everything kept in memory. */
public final class VaultStandIn implements AutoCloseable {

    private static final long LOOK_MILLIS = 100;

    private final String root = "hvs.root-" + UUID.randomUUID();
    private final Tokens tokens = new Tokens(root);
    private final Policies policies = new Policies();
    private final KeyValueEngine keyValues = new KeyValueEngine();
    private final DatabaseEngine database = new DatabaseEngine();
    private final TransitEngine transit = new TransitEngine();
    private final PkiEngine pki = new PkiEngine();
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger calls = new AtomicInteger();
    private HttpServer server;
    private final int port;
    private volatile boolean sealed;
    private volatile int answersInstead;

    private VaultStandIn() {
        this.server = listening(0);
        this.port = server.getAddress().getPort();
        watch.scheduleWithFixedDelay(this::expire, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    public static VaultStandIn start() {
        return new VaultStandIn();
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Returns the token that may do everything. */
    public String rootToken() {
        return root;
    }

    public void seal() {
        sealed = true;
    }

    public void unseal() {
        sealed = false;
    }

    /** Listens no more; what it keeps stays. */
    public void hangUp() {
        server.stop(0);
    }

    public void listenAgain() {
        server = listening(port);
    }

    /** Answers everything with this status from now on; 0 ends that. */
    public void answerInstead(int status) {
        answersInstead = status;
    }

    /** Lets Kubernetes vouch for this token of a service account alone. */
    public void acceptServiceAccount(String jwt) {
        tokens.accept(jwt);
    }

    /** Forgets every token that somebody logged in for; what it leased ends with it. */
    public void revokeTokens() {
        tokens.revokeAllButRoot();
    }

    /** Returns how many logins of the role have a lease. */
    public int leases(String role) {
        return database.count(role);
    }

    /** Returns how many calls have come so far. */
    public int calls() {
        return calls.get();
    }

    private void expire() {
        if (!sealed) {
            try {
                database.expire(tokens::lives);
            } catch (Refusal e) {
                // As Vault does: tried again.
            }
        }
    }

    private HttpServer listening(int at) {
        try {
            var listening = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), 0);
            listening.createContext("/v1/", this::handle);
            listening.setExecutor(workers);
            listening.start();
            return listening;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        calls.incrementAndGet();
        try (exchange) {
            var sent = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            try {
                var path = exchange.getRequestURI().getPath().substring("/v1/".length());
                var token = exchange.getRequestHeaders().getFirst("X-Vault-Token");
                var call = new Call(
                        exchange.getRequestMethod(),
                        path,
                        List.of(),
                        String.valueOf(exchange.getRequestURI().getQuery()),
                        token == null ? "" : token,
                        sent.isBlank() ? new JsonObject() : Json.parse(sent).asObject());
                answer(exchange, answered(call));
            } catch (Refusal refusal) {
                var errors = new JsonObject().add("errors", Tokens.array(refusal.errors));
                send(exchange, refusal.status, errors.toString());
            }
        }
    }

    private static void answer(HttpExchange exchange, @Nullable JsonValue answer) throws IOException {
        if (answer == null) {
            exchange.sendResponseHeaders(204, -1);
            return;
        }
        var status = answer.asObject().get("standin_status");
        send(exchange, status == null ? 200 : status.asInt(), whole(answer.asObject()));
    }

    // Members that every answer has.
    private static String whole(JsonObject answer) {
        answer.remove("standin_status");
        answer.add("request_id", UUID.randomUUID().toString());
        for (var name : List.of("data", "auth", "wrap_info", "warnings")) {
            if (answer.get(name) == null) {
                answer.add(name, Json.NULL);
            }
        }
        return answer.toString();
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private @Nullable JsonValue answered(Call call) {
        if (answersInstead != 0) {
            throw new Refusal(answersInstead, "told to answer so");
        }
        switch (call.path()) {
            case "sys/health" -> {
                return status().add("standin_status", sealed ? 503 : 200);
            }
            case "sys/seal-status" -> {
                return status();
            }
            case "sys/unseal" -> {
                sealed = false;
                return status();
            }
            default -> {
                return sealed ? refusedAsSealed() : engine(call);
            }
        }
    }

    private static JsonValue refusedAsSealed() {
        throw new Refusal(503, "Vault is sealed");
    }

    private JsonObject status() {
        return new JsonObject()
                .add("initialized", true)
                .add("sealed", sealed)
                .add("standby", false)
                .add("t", 1)
                .add("n", 1)
                .add("progress", 0);
    }

    private @Nullable JsonValue engine(Call call) {
        var open = call.path().matches("auth/(approle|kubernetes)/login");
        if (!open && !policies.allow(tokens.policies(call.token()), call.method(), call.path())) {
            throw Refusal.denied();
        }
        var parts = Arrays.asList(call.path().split("/"));
        return switch (parts.getFirst()) {
            case "auth" -> auth(behind(call, parts, 2), parts.get(1));
            case "sys" -> sys(behind(call, parts, 2), parts.get(1));
            case "secret" -> keyValues.answer(behind(call, parts, 1));
            case "database" -> database.answer(behind(call, parts, 1));
            case "transit" -> transit.answer(behind(call, parts, 1));
            case "pki" -> pki.answer(behind(call, parts, 1));
            default -> throw new Refusal(404, "no handler for route \"" + call.path() + "\". route entry not found.");
        };
    }

    private static Call behind(Call call, List<String> parts, int mount) {
        return new Call(
                call.method(),
                call.path(),
                parts.subList(mount, parts.size()),
                call.query(),
                call.token(),
                call.body());
    }

    private @Nullable JsonValue auth(Call call, String method) {
        return switch (method) {
            case "token" -> tokens.token(call);
            case "approle" -> tokens.appRole(call);
            case "kubernetes" -> tokens.kubernetes(call);
            default -> throw new Refusal(404, "unsupported path");
        };
    }

    private @Nullable JsonValue sys(Call call, String what) {
        switch (what) {
            case "seal" -> sealed = true;
            case "leases" -> {
                return database.lease(call);
            }
            case "policies" -> policies.put(call.part(1), call.text("policy"));
            // Everything is mounted where setup.sh mounts it.
            case "mounts", "auth" -> {}
            default -> throw new Refusal(404, "unsupported path");
        }
        return null;
    }

    @Override
    public void close() {
        server.stop(0);
        watch.shutdownNow();
        workers.shutdownNow();
    }
}
