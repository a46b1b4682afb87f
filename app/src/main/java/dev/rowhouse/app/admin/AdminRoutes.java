package dev.rowhouse.app.admin;

import static org.springframework.http.HttpMethod.DELETE;
import static org.springframework.http.HttpMethod.GET;
import static org.springframework.http.HttpMethod.PATCH;
import static org.springframework.http.HttpMethod.POST;
import static org.springframework.http.HttpMethod.PUT;

import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * Every route of the admin API with the scope it takes. A request is told by its operator's token first: without one,
 * nobody learns which addresses exist.
 */
public final class AdminRoutes {

    private static final String TENANT = "/admin/v1/tenants/{slug}";
    private static final String DEAD_LETTERS = "/admin/v1/dead-letters";
    private static final String RECORDINGS = "/admin/v1/recordings";
    private static final String CHAOS = "/admin/v1/chaos";
    private static final String BLUEPRINT_VERSION = "/admin/v1/blueprints/{name}/versions/{version}";

    /** @param parameters of the query that the handler reads */
    private record Route(
            HttpMethod method, String path, Operator.Scope scope, AdminHandler handler, String... parameters) {}

    private final OperatorTokens tokens;
    private final List<Route> routes;

    /** @param chaos of a local run, null everywhere else */
    public AdminRoutes(
            OperatorTokens tokens,
            TenantHandlers tenants,
            OperationHandlers operations,
            ShardHandlers shards,
            BlueprintHandlers blueprints,
            DeadLetterHandlers deadLetters,
            UsageHandlers usage,
            InsightHandlers insights,
            RecordingHandlers recordings,
            @Nullable ChaosHandlers chaos) {
        var read = Operator.Scope.READ;
        var write = Operator.Scope.WRITE;
        this.tokens = tokens;
        var everywhere = List.of(
                new Route(
                        GET,
                        "/admin/v1/tenants",
                        read,
                        tenants::list,
                        "state",
                        "shard",
                        "plan",
                        "blueprint",
                        "q",
                        "limit",
                        "after"),
                new Route(POST, "/admin/v1/tenants", write, tenants::onboard),
                new Route(GET, TENANT, read, tenants::get),
                new Route(PATCH, TENANT, write, tenants::change),
                new Route(GET, TENANT + "/history", read, tenants::history),
                new Route(GET, TENANT + "/insights", read, insights::get),
                new Route(POST, TENANT + "/operations", write, operations::start),
                new Route(
                        GET,
                        "/admin/v1/operations",
                        read,
                        operations::list,
                        "tenant",
                        "type",
                        "state",
                        "limit",
                        "after"),
                new Route(GET, "/admin/v1/operations/{id}", read, operations::get),
                new Route(GET, "/admin/v1/shards", read, shards::list),
                new Route(POST, "/admin/v1/shards", write, shards::register),
                new Route(GET, "/admin/v1/shards/{name}", read, shards::get),
                new Route(PATCH, "/admin/v1/shards/{name}", write, shards::change),
                new Route(DELETE, "/admin/v1/shards/{name}", write, shards::forget),
                new Route(GET, "/admin/v1/blueprints", read, blueprints::list),
                new Route(GET, BLUEPRINT_VERSION, read, blueprints::get),
                new Route(PUT, BLUEPRINT_VERSION, write, blueprints::publish),
                new Route(GET, DEAD_LETTERS, read, deadLetters::list, "consumer", "key", "limit", "after"),
                new Route(GET, DEAD_LETTERS + "/{id}", read, deadLetters::get),
                new Route(POST, DEAD_LETTERS + "/{id}/replay", write, deadLetters::replay),
                new Route(POST, DEAD_LETTERS + "/{id}/discard", write, deadLetters::discard),
                new Route(GET, "/admin/v1/usage", read, usage::list, "tenant", "from", "to", "limit", "after"),
                new Route(POST, "/admin/v1/projections/{name}/rebuild", write, usage::rebuild),
                new Route(GET, RECORDINGS, read, recordings::list),
                new Route(POST, RECORDINGS, write, recordings::start),
                new Route(GET, RECORDINGS + "/{id}", read, recordings::get),
                new Route(DELETE, RECORDINGS + "/{id}", write, recordings::remove),
                new Route(GET, RECORDINGS + "/{id}/file", write, recordings::file));
        this.routes = Stream.concat(everywhere.stream(), chaos == null ? Stream.empty() : ofTheLocalRun(chaos))
                .toList();
    }

    private static Stream<Route> ofTheLocalRun(ChaosHandlers chaos) {
        return Stream.of(
                new Route(GET, CHAOS, Operator.Scope.READ, chaos::list),
                new Route(POST, CHAOS, Operator.Scope.WRITE, chaos::begin),
                new Route(DELETE, CHAOS, Operator.Scope.WRITE, chaos::end));
    }

    /** Returns the function that routes all of {@code /admin}. */
    public RouterFunction<ServerResponse> routerFunction() {
        var byPath =
                routes.stream().collect(Collectors.groupingBy(Route::path, LinkedHashMap::new, Collectors.toList()));
        var router = RouterFunctions.route();
        byPath.forEach(
                (path, methods) -> router.route(RequestPredicates.path(path), request -> answer(request, methods)));
        return router.route(RequestPredicates.path("/admin/**"), request -> answer(request, List.of()))
                .build();
    }

    private Mono<ServerResponse> answer(ServerRequest request, List<Route> methods) {
        var operator = tokens.operatorOf(request.headers().header(HttpHeaders.AUTHORIZATION));
        if (methods.isEmpty()) {
            throw Problem.of(ProblemType.NOT_FOUND, "there is nothing at this address");
        }
        var route = routeOf(request.method(), methods);
        if (!operator.may(route.scope())) {
            throw Problem.of(
                            ProblemType.INSUFFICIENT_SCOPE,
                            "the token's scope is '" + operator.scope().label() + "' (expected: '"
                                    + route.scope().label() + "')")
                    .withHeader(
                            HttpHeaders.WWW_AUTHENTICATE,
                            "Bearer error=\"insufficient_scope\", scope=\""
                                    + route.scope().label() + "\"");
        }
        Requests.requireKnown(request, List.of(route.parameters()));
        return route.handler().handle(request, operator);
    }

    // HEAD is GET without its body, which the server cuts off.
    private static Route routeOf(HttpMethod method, List<Route> methods) {
        var wanted = method == HttpMethod.HEAD ? GET : method;
        for (var route : methods) {
            if (route.method().equals(wanted)) {
                return route;
            }
        }
        throw Problem.of(ProblemType.METHOD_NOT_ALLOWED, "the method is not allowed here")
                .withHeader(
                        HttpHeaders.ALLOW,
                        methods.stream().map(route -> route.method().name()).collect(Collectors.joining(", ")));
    }
}
