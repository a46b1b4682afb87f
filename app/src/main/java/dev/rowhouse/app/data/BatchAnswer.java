package dev.rowhouse.app.data;

import dev.rowhouse.app.inner.HeldAnswer;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import tools.jackson.databind.json.JsonMapper;

/** The answers of a transaction's calls on their way into one document; what is JSON stands in it as it is. */
final class BatchAnswer {

    private static final int LIMIT = 10 * 1024 * 1024;
    private static final JsonMapper JSON = new JsonMapper();

    private final ByteArrayOutputStream document = new ByteArrayOutputStream(512);
    private int answers;

    BatchAnswer(int attempts) {
        text("{\"attempts\":" + attempts + ",\"results\":[");
    }

    BatchAnswer add(HeldAnswer answer, boolean bodiless) {
        if (document.size() + answer.body().length > LIMIT) {
            throw Problem.of(ProblemType.ANSWER_TOO_LARGE, "the answers are larger than " + LIMIT + " bytes")
                    .withHint("nothing was changed; ask for return=minimal or for fewer rows");
        }
        text((answers++ > 0 ? "," : "") + "{\"status\":" + answer.status().value() + ",\"headers\":");
        var headers = new LinkedHashMap<String, String>();
        answer.headers().forEach((name, values) -> headers.put(name, String.join(", ", values)));
        document.writeBytes(JSON.writeValueAsBytes(headers));
        text(",\"body\":");
        body(answer, bodiless);
        text("}");
        return this;
    }

    HeldAnswer answer() {
        text("]}");
        var headers = new HttpHeaders();
        headers.setContentType(MediaType.APPLICATION_JSON);
        return new HeldAnswer(HttpStatus.OK, headers, document.toByteArray());
    }

    private void body(HeldAnswer answer, boolean bodiless) {
        var body = answer.body();
        if (bodiless || body.length == 0) {
            text("null");
        } else if (isJson(answer.headers().getContentType())) {
            document.writeBytes(body);
        } else {
            document.writeBytes(JSON.writeValueAsBytes(new String(body, StandardCharsets.UTF_8)));
        }
    }

    private static boolean isJson(@Nullable MediaType type) {
        return type != null
                && (type.getSubtype().equals("json") || type.getSubtype().endsWith("+json"));
    }

    private void text(String ascii) {
        document.writeBytes(ascii.getBytes(StandardCharsets.US_ASCII));
    }
}
