package dev.rowhouse.app.data;

import dev.rowhouse.app.data.query.WriteQuery;
import dev.rowhouse.tenancy.shard.Written;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import reactor.core.publisher.Mono;

/**
 * What a write answers with besides its rows.
 *
 * @param range the rows' place in {@code Content-Range}; null for none
 * @param applied the preferences that were honoured
 */
record WriteAnswer(HttpStatus status, @Nullable String range, List<String> applied) {

    Mono<Void> send(DataRequest request, WriteQuery query, Representation representation, Written written) {
        var response = request.response();
        var headers = response.getHeaders();
        response.setStatusCode(status);
        if (range != null) {
            var total = query.preferences().counted() ? Long.toString(written.rows()) : "*";
            headers.set(Ranges.CONTENT_RANGE, range + "/" + total);
        }
        request.apply(applied);
        request.ended("transaction");
        request.tellTiming();
        var settings = ResponseSettings.of(written);
        settings.applyTo(response);
        if (settings.isBodiless()) {
            return response.setComplete();
        }
        if (!Writes.returnsRows(query)) {
            if (status != HttpStatus.NO_CONTENT) {
                headers.setContentLength(0);
            }
            return response.setComplete();
        }
        var body = joined(written.shown(), representation.layout());
        headers.setContentType(representation.mediaType());
        headers.setContentLength(body.length);
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
    }

    private static byte[] joined(List<byte[]> rows, Layout layout) {
        var body = new ByteArrayOutputStream(256);
        body.writeBytes(layout.before());
        for (int i = 0; i < rows.size(); i++) {
            if (i > 0) {
                body.writeBytes(layout.between());
            }
            body.writeBytes(rows.get(i));
        }
        body.writeBytes(layout.after(rows.size()));
        return body.toByteArray();
    }
}
