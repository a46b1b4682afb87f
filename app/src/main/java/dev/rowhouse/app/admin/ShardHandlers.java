package dev.rowhouse.app.admin;

import dev.rowhouse.app.admin.Views.ShardView;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.platform.postgres.PostgresEndpoint;
import dev.rowhouse.platform.postgres.PostgresLogin;
import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.directory.ShardRegistry;
import dev.rowhouse.tenancy.shard.ShardDefinition;
import dev.rowhouse.tenancy.shard.ShardError;
import java.net.URI;
import java.util.List;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** The shards of the fleet. */
public final class ShardHandlers {

    private static final List<String> NEW = List.of(
            "name", "host", "port", "database", "superuser", "region", "weight", "lanes", "labels", "extensions");
    private static final List<String> CHANGE = List.of("host", "port", "region", "weight", "draining", "labels");
    private static final int POSTGRES_PORT = 5432;
    private static final int DEFAULT_WEIGHT = 100;
    private static final int DEFAULT_LANES = 8;

    /** A shard as ordered, with the credential that prepares it and is not kept. */
    private record Order(ShardDefinition shard, PostgresLogin superuser, List<String> extensions) {}

    private final ShardRegistry registry;

    public ShardHandlers(ShardRegistry registry) {
        this.registry = registry;
    }

    Mono<ServerResponse> list(ServerRequest request, Operator operator) {
        return registry.list()
                .concatMap(this::withStatistics)
                .collectList()
                .flatMap(shards -> ServerResponse.ok().bodyValue(new Requests.Page<>(shards, null)));
    }

    Mono<ServerResponse> get(ServerRequest request, Operator operator) {
        var name = Requests.shard(request);
        return registry.find(name)
                .switchIfEmpty(unknown(name))
                .flatMap(this::withStatistics)
                .flatMap(shard -> ServerResponse.ok().bodyValue(shard));
    }

    Mono<ServerResponse> register(ServerRequest request, Operator operator) {
        return Requests.json(request)
                .map(ShardHandlers::orderOf)
                .flatMap(order -> registry.register(
                                order.shard(), order.superuser(), order.extensions(), operator.actor())
                        .onErrorMap(ShardError.Unavailable.class, _ -> unanswered(order)))
                .flatMap(shard -> ServerResponse.created(URI.create("/admin/v1/shards/" + shard.name()))
                        .bodyValue(ShardView.of(shard, null)));
    }

    Mono<ServerResponse> change(ServerRequest request, Operator operator) {
        var name = Requests.shard(request);
        return Requests.json(request)
                .map(ShardHandlers::changeOf)
                .flatMap(change -> registry.change(name, change, operator.actor()))
                .switchIfEmpty(unknown(name))
                .flatMap(shard -> ServerResponse.ok().bodyValue(ShardView.of(shard, null)));
    }

    Mono<ServerResponse> forget(ServerRequest request, Operator operator) {
        var name = Requests.shard(request);
        return registry.forget(name, operator.actor())
                .switchIfEmpty(unknown(name))
                .flatMap(_ -> ServerResponse.noContent().build());
    }

    private Mono<ShardView> withStatistics(ShardDefinition shard) {
        return registry.statistics(shard.name()).map(statistics -> ShardView.of(shard, statistics));
    }

    private static Order orderOf(byte[] body) {
        var members = Members.of(body, NEW);
        var superuser = members.object("superuser", List.of("user", "password"));
        if (superuser == null) {
            throw Problem.of(ProblemType.INVALID_JSON, "member 'superuser' is missing")
                    .with("member", "superuser");
        }
        var weight = inRange("weight", members.integer("weight", DEFAULT_WEIGHT), 0, 10_000);
        var lanes = inRange("lanes", members.integer("lanes", DEFAULT_LANES), 1, 64);
        var shard = new ShardDefinition(
                nameOf(members.requiredText("name")),
                endpointOf(members),
                members.word("region", "local"),
                weight,
                false,
                lanes,
                members.presentTexts("labels"));
        return new Order(
                shard,
                new PostgresLogin(superuser.requiredText("user"), superuser.requiredText("password")),
                members.textList("extensions"));
    }

    private static ShardRegistry.ShardChange changeOf(byte[] body) {
        var members = Members.of(body, CHANGE);
        var port = members.integer("port");
        var weight = members.integer("weight");
        return new ShardRegistry.ShardChange(
                members.word("host"),
                port == null ? null : (Integer) inRange("port", port, 1, 65_535),
                members.word("region"),
                weight == null ? null : (Integer) inRange("weight", weight, 0, 10_000),
                members.bool("draining"),
                members.texts("labels"));
    }

    private static ShardName nameOf(String name) {
        try {
            return new ShardName(name);
        } catch (IllegalArgumentException e) {
            throw invalid("name", String.valueOf(e.getMessage()));
        }
    }

    private static PostgresEndpoint endpointOf(Members members) {
        try {
            return new PostgresEndpoint(
                    members.requiredText("host"),
                    inRange("port", members.integer("port", POSTGRES_PORT), 1, 65_535),
                    members.requiredText("database"));
        } catch (IllegalArgumentException e) {
            throw invalid("host", String.valueOf(e.getMessage()));
        }
    }

    private static int inRange(String member, int value, int least, int most) {
        if (value < least || value > most) {
            throw invalid(member, member + ": " + value + " (expected: " + least + " to " + most + ")");
        }
        return value;
    }

    private static Problem invalid(String member, String message) {
        return Problem.of(ProblemType.INVALID_VALUE, message).with("member", member);
    }

    private static Problem unanswered(Order order) {
        return Problem.of(
                        ProblemType.SHARD_UNAVAILABLE,
                        "no connection to database '" + order.shard().endpoint().database() + "' on "
                                + order.shard().endpoint().host() + ":"
                                + order.shard().endpoint().port() + " as '"
                                + order.superuser().user() + "'")
                .withHint("is the server up, is the address right, does it accept this user and password?")
                .retryAfter(1);
    }

    private static <T> Mono<T> unknown(ShardName name) {
        return Mono.error(() -> Requests.unknown("shard '" + name + "' does not exist"));
    }
}
