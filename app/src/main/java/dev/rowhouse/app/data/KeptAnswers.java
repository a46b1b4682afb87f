package dev.rowhouse.app.data;

import dev.rowhouse.app.inner.HeldAnswer;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.tenancy.shard.KeptAnswer;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import tools.jackson.databind.json.JsonMapper;

/** How an answer is kept to be given again. */
final class KeptAnswers {

    static final int LARGEST_BODY = 1024 * 1024;

    private static final JsonMapper JSON = new JsonMapper();

    private KeptAnswers() {}

    static KeptAnswer of(String request, HeldAnswer answer) {
        var headers = new TreeMap<String, List<String>>();
        answer.headers().forEach((name, values) -> {
            if (isOfTheAnswer(name)) {
                headers.put(name, values);
            }
        });
        return new KeptAnswer(
                request,
                answer.status().value(),
                JSON.writeValueAsString(headers),
                answer.body().length > LARGEST_BODY ? null : answer.body());
    }

    /** Returns the answer as it was given, if {@code request} is the one it was given to. */
    static HeldAnswer again(KeptAnswer kept, String request) {
        if (!kept.request().equals(request)) {
            throw Problem.of(
                    ProblemType.IDEMPOTENCY_CONFLICT,
                    "the Idempotency-Key was used before, by a request with another address, body or Prefer");
        }
        var body = kept.body();
        if (body == null) {
            throw Problem.of(
                            ProblemType.ANSWER_NOT_KEPT,
                            "the request was carried out before; its answer of status " + kept.status()
                                    + " was too large to be kept")
                    .withHint("answers of up to " + LARGEST_BODY + " bytes are kept");
        }
        var headers = new HttpHeaders();
        JSON.readTree(kept.headers())
                .properties()
                .forEach(header ->
                        header.getValue().forEach(value -> headers.add(header.getKey(), value.stringValue())));
        return new HeldAnswer(HttpStatusCode.valueOf(kept.status()), headers, body);
    }

    // What an answer says of its own way belongs to that way.
    private static boolean isOfTheAnswer(String name) {
        var header = name.toLowerCase(Locale.ROOT);
        return !header.startsWith("access-control-") && !header.equals("server-timing");
    }
}
