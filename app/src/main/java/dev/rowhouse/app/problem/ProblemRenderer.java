package dev.rowhouse.app.problem;

import dev.rowhouse.app.telemetry.RequestNotes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Turns every error of a request into an RFC 9457 answer.
 *
 * <p>A {@link WebExceptionHandler} rather than a controller advice, because an advice never sees what a filter raises. An
 * error after the first byte ends the connection: the client must not take half an answer for a whole one.
 */
@Order(-2) // before Spring Boot's own handler at -1
public final class ProblemRenderer implements WebExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(ProblemRenderer.class);
    private static final int TRACE_ID_START = 3;
    private static final int TRACE_ID_END = 35;
    private static final String ROWS = "/rest/v1/";

    private final JsonMapper json;

    public ProblemRenderer(JsonMapper json) {
        this.json = json;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable error) {
        var response = exchange.getResponse();
        if (response.isCommitted()) {
            return Mono.error(error);
        }
        var problem = Answers.to(error);
        if (problem.type() == ProblemType.INTERNAL_ERROR) {
            RequestNotes.of(exchange.getAttributes())
                    .tell(log.atError())
                    .setCause(error)
                    .log("request failed: {} {}", exchange.getRequest().getMethod(), relation(exchange));
        }
        return write(response, problem);
    }

    // As far as the relation: what follows in an address are values of a row.
    private static String relation(ServerWebExchange exchange) {
        var path = exchange.getRequest().getURI().getRawPath();
        var rows = path.indexOf(ROWS);
        var end = rows < 0 ? -1 : path.indexOf('/', rows + ROWS.length());
        return end < 0 ? path : path.substring(0, end);
    }

    private Mono<Void> write(ServerHttpResponse response, Problem problem) {
        var headers = response.getHeaders();
        var document = document(problem, headers.getFirst("traceparent"));
        response.setStatusCode(HttpStatusCode.valueOf(problem.status()));
        problem.headers().forEach(headers::set);
        headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        headers.setContentLength(document.length);
        headers.setCacheControl("no-store");
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(document)));
    }

    /** Returns the problem's document; the edge has given the answer its {@code traceparent} before anything could fail. */
    public byte[] document(Problem problem, @Nullable String traceparent) {
        var traceId = traceparent == null ? null : traceparent.substring(TRACE_ID_START, TRACE_ID_END);
        return json.writeValueAsBytes(problem.document(traceId));
    }
}
