package dev.rowhouse.app.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.rowhouse.app.admin.Views.KeysView;
import dev.rowhouse.app.admin.Views.OperationView;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.lifecycle.LifeOperations;
import dev.rowhouse.tenancy.operation.Operation;
import dev.rowhouse.tenancy.operation.Operations;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Operations: what runs, how far it is, and the stream of its changes. */
public final class OperationHandlers {

    /** An operation as the answer to its start shows it, the only one with the keys it made. */
    record StartedView(
            @JsonUnwrapped OperationView operation,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            KeysView keys) {}

    private final Operations operations;
    private final LifeOperations lifeOperations;

    public OperationHandlers(Operations operations, LifeOperations lifeOperations) {
        this.operations = operations;
        this.lifeOperations = lifeOperations;
    }

    Mono<ServerResponse> list(ServerRequest request, Operator operator) {
        var limit = Requests.limit(request);
        var after = Requests.after(request);
        return operations
                .list(
                        Requests.parameter(request, "tenant", Slug::new),
                        Requests.parameter(request, "type"),
                        Requests.parameter(request, "state", Operation.State::of),
                        limit + 1,
                        after == null ? null : cursor(after))
                .collectList()
                .map(found ->
                        Requests.page(found, limit, operation -> operation.id().toString()))
                .flatMap(page -> ServerResponse.ok().bodyValue(page.map(OperationView::of)));
    }

    Mono<ServerResponse> get(ServerRequest request, Operator operator) {
        var id = Requests.operation(request);
        return operations
                .find(id)
                .switchIfEmpty(unknown(id))
                .flatMap(operation ->
                        request.headers().accept().stream().anyMatch(MediaType.TEXT_EVENT_STREAM::equalsTypeAndSubtype)
                                ? changes(id)
                                : ServerResponse.ok().bodyValue(OperationView.of(operation)));
    }

    Mono<ServerResponse> start(ServerRequest request, Operator operator) {
        var slug = Requests.slug(request);
        return Requests.json(request)
                .map(body -> Members.of(body, List.of("type", "reason")))
                .flatMap(order -> lifeOperations.start(slug, typeOf(order), order.text("reason"), operator.actor()))
                .switchIfEmpty(Mono.error(() -> Requests.unknown("tenant '" + slug + "' does not exist")))
                .flatMap(started -> ServerResponse.accepted()
                        .location(URI.create(
                                "/admin/v1/operations/" + started.operation().id()))
                        .bodyValue(
                                new StartedView(OperationView.of(started.operation()), KeysView.of(started.keys()))));
    }

    private static LifeOperations.Type typeOf(Members order) {
        var label = order.requiredText("type");
        var type = LifeOperations.Type.of(label);
        if (type == null) {
            throw Problem.of(ProblemType.INVALID_VALUE, "there is no operation of type '" + label + "' to start")
                    .withHint(Arrays.stream(LifeOperations.Type.values())
                            .map(LifeOperations.Type::label)
                            .collect(Collectors.joining(", ", "types: ", "")))
                    .with("member", "type");
        }
        return type;
    }

    private Mono<ServerResponse> changes(UUID id) {
        var events = operations
                .changes(id)
                .map(operation -> ServerSentEvent.builder(OperationView.of(operation))
                        .event("operation")
                        .build());
        return ServerResponse.ok().body(BodyInserters.fromServerSentEvents(events));
    }

    private static UUID cursor(String place) {
        try {
            return UUID.fromString(place);
        } catch (IllegalArgumentException e) {
            throw Problem.of(ProblemType.INVALID_QUERY, "after: not a cursor of this list");
        }
    }

    private static <T> Mono<T> unknown(UUID id) {
        return Mono.error(() -> Requests.unknown("operation '" + id + "' does not exist"));
    }
}
