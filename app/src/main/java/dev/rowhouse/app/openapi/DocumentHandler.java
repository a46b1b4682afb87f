package dev.rowhouse.app.openapi;

import dev.rowhouse.app.data.Turnstile;
import dev.rowhouse.app.data.limits.Use;
import dev.rowhouse.app.openapi.Documents.Written;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.tenancy.Slug;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The root of a tenant's data API: answers with the document of what its caller can call. */
public final class DocumentHandler {

    private static final MediaType OPENAPI = MediaType.parseMediaType("application/openapi+json");
    private static final List<MediaType> OFFERED = List.of(OPENAPI, MediaType.APPLICATION_JSON);
    private static final String METHODS = "OPTIONS,GET,HEAD";

    private final Turnstile turnstile;
    private final Documents documents;

    public DocumentHandler(Turnstile turnstile, Documents documents) {
        this.turnstile = turnstile;
        this.documents = documents;
    }

    Mono<Void> handle(ServerWebExchange exchange, @Nullable Slug slug) {
        var request = exchange.getRequest();
        return turnstile.pass(exchange, slug, Use.LOOK, admitted -> switch (request.getMethod()
                .name()) {
            case "GET", "HEAD" -> {
                var mediaType = accepted(request.getHeaders());
                yield documents.of(admitted).flatMap(document -> send(exchange, document, mediaType));
            }
            case "OPTIONS" -> options(exchange);
            default ->
                Mono.error(() -> Problem.of(ProblemType.METHOD_NOT_ALLOWED, "the method is not allowed here")
                        .withHeader(HttpHeaders.ALLOW, METHODS));
        });
    }

    private static MediaType accepted(HttpHeaders headers) {
        var wanted = headers.getAccept();
        if (wanted.isEmpty()) {
            return OPENAPI;
        }
        return OFFERED.stream()
                .filter(offered -> quality(offered, wanted) > 0)
                .max((one, other) -> Double.compare(quality(one, wanted), quality(other, wanted)))
                .orElseThrow(() -> Problem.of(
                                ProblemType.NOT_ACCEPTABLE,
                                "None of these media types are available: "
                                        + String.join(", ", headers.getOrEmpty(HttpHeaders.ACCEPT)))
                        .withCode("PGRST107")
                        .withHint("available: " + OPENAPI + ", " + MediaType.APPLICATION_JSON));
    }

    // The most specific range that includes a type says how much it is wanted (RFC 9110, section 12.5.1).
    private static double quality(MediaType offered, List<MediaType> wanted) {
        double quality = 0;
        int closest = -1;
        for (var range : wanted) {
            int closeness = range.isWildcardType() ? 0 : range.isWildcardSubtype() ? 1 : 2;
            if (closeness > closest && range.includes(offered)) {
                closest = closeness;
                quality = range.getQualityValue();
            }
        }
        return quality;
    }

    private static Mono<Void> send(ServerWebExchange exchange, Written document, MediaType mediaType) {
        var response = exchange.getResponse();
        var headers = response.getHeaders();
        headers.setETag(document.tag());
        headers.setCacheControl("private, no-cache");
        headers.setVary(List.of(HttpHeaders.ACCEPT, HttpHeaders.AUTHORIZATION, "apikey"));
        if (exchange.checkNotModified(document.tag())) {
            return response.setComplete();
        }
        headers.setContentType(mediaType);
        headers.setContentLength(document.bytes().length);
        return exchange.getRequest().getMethod().equals(HttpMethod.HEAD)
                ? response.setComplete()
                : response.writeWith(
                        Mono.fromSupplier(() -> response.bufferFactory().wrap(document.bytes())));
    }

    private static Mono<Void> options(ServerWebExchange exchange) {
        var response = exchange.getResponse();
        response.setStatusCode(HttpStatus.OK);
        response.getHeaders().set(HttpHeaders.ALLOW, METHODS);
        response.getHeaders().setContentLength(0);
        return response.setComplete();
    }
}
