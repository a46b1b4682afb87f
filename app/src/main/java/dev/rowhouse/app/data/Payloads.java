package dev.rowhouse.app.data;

import dev.rowhouse.app.data.body.CallBody;
import dev.rowhouse.app.data.plan.Payload;
import dev.rowhouse.app.data.query.CallQuery;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import reactor.core.publisher.Mono;

/** Reads what a {@code POST} gives to a function, by its media type. */
final class Payloads {

    private static final String UNDERSTOOD =
            "application/json, application/x-www-form-urlencoded, text/plain, text/xml, " + "application/octet-stream";

    private Payloads() {}

    static Mono<Payload> of(DataRequest request, CallQuery query) {
        var type = request.headers().getContentType();
        var media = type == null ? "application/json" : type.getType() + "/" + type.getSubtype();
        return switch (media) {
            case "application/json" -> Bodies.whole(request).map(body -> CallBody.json(body, query.columns()));
            case "application/x-www-form-urlencoded" -> Bodies.whole(request).map(body -> form(body, query.columns()));
            case "text/plain" -> Bodies.whole(request).map(body -> CallBody.text("text", body));
            case "text/xml", "application/xml" -> Bodies.whole(request).map(body -> CallBody.text("xml", body));
            case MediaType.APPLICATION_OCTET_STREAM_VALUE ->
                Bodies.whole(request).map(CallBody::binary);
            default ->
                Mono.error(() -> Problem.of(
                                ProblemType.UNSUPPORTED_MEDIA_TYPE, "the body's media type is not understood here")
                        .withCode("PGRST102")
                        .withHeader(HttpHeaders.ACCEPT, UNDERSTOOD));
        };
    }

    private static Payload form(byte[] body, List<String> columns) {
        var fields = Parameters.of(CallBody.text(body)).stream()
                .filter(field -> columns.isEmpty() || columns.contains(field.getKey()))
                .toList();
        return new Payload.Texts(fields);
    }
}
