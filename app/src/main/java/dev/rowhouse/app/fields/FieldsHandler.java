package dev.rowhouse.app.fields;

import dev.rowhouse.app.data.Admitted;
import dev.rowhouse.app.data.Turnstile;
import dev.rowhouse.app.data.limits.RouteClass;
import dev.rowhouse.app.data.limits.Use;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.platform.limits.Priority;
import dev.rowhouse.tenancy.Actor;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.fields.Field;
import dev.rowhouse.tenancy.fields.Fields;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.UriUtils;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** A tenant's own columns: lists, adds and drops them. */
public final class FieldsHandler {

    private static final int LARGEST_BODY = 64 * 1024;
    private static final Pattern ONE = Pattern.compile("/([^/]+)/([^/]+)");
    // How long it takes says more about the control database than about the shard.
    private static final Use USE = new Use(RouteClass.WRITE, Priority.CRITICAL, false);
    // Which of the tenant's secret holders it was, nobody knows.
    private static final Actor ACTOR = new Actor("tenant:secret-key");

    private final Turnstile turnstile;
    private final Fields fields;

    public FieldsHandler(Turnstile turnstile, Fields fields) {
        this.turnstile = turnstile;
        this.fields = fields;
    }

    /** @param below the raw path after the root: empty for the list, else the field's relation and name */
    Mono<Void> handle(ServerWebExchange exchange, @Nullable Slug slug, String below) {
        return turnstile.pass(exchange, slug, USE, admitted -> {
            if (admitted.callerClass() != CallerClass.SERVICE) {
                throw Problem.of(ProblemType.PERMISSION_DENIED, "a tenant's fields are its secret key's to change")
                        .withHint("send the secret key");
            }
            return answer(exchange, admitted, below);
        });
    }

    private Mono<Void> answer(ServerWebExchange exchange, Admitted admitted, String below) {
        var method = exchange.getRequest().getMethod().name();
        if (below.isEmpty() || below.equals("/")) {
            return switch (method) {
                case "GET", "HEAD" -> list(exchange, admitted);
                case "POST" -> add(exchange, admitted);
                default -> notAllowed("GET, HEAD, POST");
            };
        }
        var one = ONE.matcher(below);
        if (!one.matches()) {
            return Mono.error(() -> Problem.of(ProblemType.NOT_FOUND, "there is nothing at this address"));
        }
        return method.equals("DELETE")
                ? drop(exchange, admitted, decoded(one.group(1)), decoded(one.group(2)))
                : notAllowed("DELETE");
    }

    private Mono<Void> list(ServerWebExchange exchange, Admitted admitted) {
        return fields.list(admitted.resident().tenant().id())
                .map(FieldBodies::view)
                .collectList()
                .flatMap(items -> send(exchange, HttpStatus.OK, Map.of("items", items)));
    }

    private Mono<Void> add(ServerWebExchange exchange, Admitted admitted) {
        var type = exchange.getRequest().getHeaders().getContentType();
        if (type == null || !MediaType.APPLICATION_JSON.equalsTypeAndSubtype(type)) {
            return Mono.error(
                    () -> Problem.of(ProblemType.UNSUPPORTED_MEDIA_TYPE, "the body is not declared as application/json")
                            .withHeader(HttpHeaders.ACCEPT, MediaType.APPLICATION_JSON_VALUE));
        }
        return DataBufferUtils.join(exchange.getRequest().getBody(), LARGEST_BODY)
                .map(buffer -> {
                    var bytes = new byte[buffer.readableByteCount()];
                    buffer.read(bytes);
                    DataBufferUtils.release(buffer);
                    return bytes;
                })
                .defaultIfEmpty(new byte[0])
                .map(FieldBodies::read)
                .flatMap(field -> fields.add(admitted.resident(), field, ACTOR))
                .flatMap(added -> {
                    exchange.getResponse().getHeaders().set(HttpHeaders.LOCATION, location(exchange, added.field()));
                    return send(
                            exchange,
                            added.created() ? HttpStatus.CREATED : HttpStatus.OK,
                            FieldBodies.view(added.field()));
                });
    }

    private Mono<Void> drop(ServerWebExchange exchange, Admitted admitted, String relation, String name) {
        return fields.drop(admitted.resident(), relation, FieldBodies.columnName(name), ACTOR)
                .then(Mono.defer(() -> {
                    exchange.getResponse().setStatusCode(HttpStatus.NO_CONTENT);
                    return exchange.getResponse().setComplete();
                }));
    }

    // Begins with the tenant's own address, as the data API's do.
    private static String location(ServerWebExchange exchange, Field field) {
        var list = exchange.getRequest().getURI().getRawPath();
        return (list.endsWith("/") ? list : list + "/")
                + UriUtils.encode(field.definition().relation(), StandardCharsets.UTF_8) + "/"
                + field.definition().name();
    }

    private static String decoded(String segment) {
        try {
            var text = UriUtils.decode(segment, StandardCharsets.UTF_8);
            if (text.indexOf('\0') < 0) {
                return text;
            }
        } catch (IllegalArgumentException _) {
            // Refused like any other.
        }
        throw Problem.of(ProblemType.INVALID_REQUEST, "the address holds an escape that is no character");
    }

    private static Mono<Void> notAllowed(String allowed) {
        return Mono.error(() -> Problem.of(ProblemType.METHOD_NOT_ALLOWED, "the method is not allowed here")
                .withHeader(HttpHeaders.ALLOW, allowed));
    }

    private static Mono<Void> send(ServerWebExchange exchange, HttpStatus status, Object body) {
        var response = exchange.getResponse();
        var bytes = JsonMapper.shared().writeValueAsBytes(body);
        response.setStatusCode(status);
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        response.getHeaders().setContentLength(bytes.length);
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(bytes)));
    }
}
