package dev.rowhouse.app.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.rowhouse.app.RunningApp;
import io.opentelemetry.proto.trace.v1.Span;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;

/** One request is followed by the id of its trace: through its answer, its log, its metrics, and its spans at a receiver. */
class TracesTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String CALLER = "00f067aa0ba902b7";

    private final ObservedApp observed = ObservedApp.SHARED;
    private final RunningApp app = observed.app;

    @Test
    void aReadIsFollowedFromHttpToRedisAndTheStatement() {
        var tenant = app.tenant(Map.of("blueprint", "kept"));
        try (var logs = new CapturedLogs()) {
            // Until it is known how fresh things are, nothing is kept.
            await().atMost(SOON)
                    .until(() -> get(tenant, "kind?name=eq.none", traceId(), "00", "Cache-Status")
                            .contains("hit"));
            var trace = traceId();
            var answered = get(tenant, "kind?name=eq.first", trace, "01", "traceparent");
            assertThat(answered).startsWith("00-" + trace + "-").endsWith("-01");

            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(names(trace)).contains("GET read", "redis get", "lane statement"));
            var spans = observed.traces.of(trace).stream()
                    .collect(Collectors.toMap(Span::getName, span -> span, (first, _) -> first));
            var request = spans.get("GET read");
            var statement = spans.get("lane statement");
            assertThat(hex(request.getParentSpanId())).isEqualTo(CALLER);
            assertThat(hex(request.getSpanId())).isEqualTo(answered.substring(36, 52));
            assertThat(statement.getParentSpanId()).isEqualTo(request.getSpanId());
            assertThat(spans.get("redis get").getParentSpanId()).isEqualTo(request.getSpanId());
            assertThat(attributes(statement))
                    .containsEntry("db.system.name", "postgresql")
                    .containsEntry("db.namespace", "observed");
            assertThat(attributes(statement).get("db.query.text"))
                    .contains("$1")
                    .doesNotContain("first");
            assertThat(attributes(request)).containsEntry("http.response.status_code", "200");

            var line = logs.lines().stream()
                    .filter(logged -> logged.contains(trace))
                    .findFirst()
                    .orElseThrow();
            var json = RunningApp.json(line.getBytes());
            assertThat(json.at("/trace/id").stringValue()).isEqualTo(trace);
            assertThat(json.at("/tenant/id").stringValue())
                    .isEqualTo(attributes(request).get("rowhouse.tenant.id"));
            assertThat(json.at("/message").stringValue()).startsWith("GET read answered 200");
            assertThat(json.at("/ecs/version").isMissingNode()).isFalse();
        }
    }

    @Test
    void aMetricHasTheTraceAsItsExample() {
        // An example stays for some seconds before another takes its place.
        await().atMost(SOON).untilAsserted(() -> {
            var trace = traceId();
            get(observed.tenant, "item", trace, "01", "traceparent");
            assertThat(observed.metrics().lines().filter(line -> line.startsWith("rowhouse_requests_seconds_bucket")))
                    .anySatisfy(line -> assertThat(line).contains("trace_id=\"" + trace + "\""));
        });
    }

    @Test
    void aWriteIsFollowedToKafka() {
        var trace = traceId();
        var id = Math.abs(trace.hashCode());
        app.client()
                .post()
                .uri(observed.tenant.path("item"))
                .header("apikey", observed.tenant.secret())
                .header("traceparent", traceparent(trace, "01"))
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"id\": " + id + ", \"name\": \"lamp\"}")
                .exchange()
                .expectStatus()
                .isCreated();

        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(names(trace)).contains("POST write", "lane statement", "publish observed.rows"));
    }

    @Test
    void aRefusalTellsTheTraceItIsIn() {
        var trace = traceId();
        var body = app.client()
                .get()
                .uri(observed.tenant.path("item?nothing=eq.1"))
                .header("apikey", observed.tenant.secret())
                .header("traceparent", traceparent(trace, "01"))
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .returnResult()
                .getResponseBody();

        assertThat(RunningApp.json(body).get("trace_id").stringValue()).isEqualTo(trace);
        await().atMost(SOON).untilAsserted(() -> assertThat(names(trace)).containsExactly("GET read"));
    }

    @Test
    void whatIsNotSampledIsNotSent() {
        var silent = traceId();
        var told = traceId();
        get(observed.tenant, "item", silent, "00", "traceparent");
        get(observed.tenant, "item", told, "01", "traceparent");

        await().atMost(SOON).until(() -> names(told).contains("GET read"));
        assertThat(names(silent)).isEmpty();
    }

    private String get(RunningApp.TestTenant tenant, String relation, String trace, String flags, String header) {
        return String.valueOf(app.client()
                .get()
                .uri(tenant.path(relation))
                .header("apikey", tenant.secret())
                .header("traceparent", traceparent(trace, flags))
                .exchange()
                .expectStatus()
                .isOk()
                .returnResult(Void.class)
                .getResponseHeaders()
                .getFirst(header));
    }

    private List<String> names(String trace) {
        return observed.traces.of(trace).stream().map(Span::getName).toList();
    }

    private static Map<String, String> attributes(Span span) {
        return span.getAttributesList().stream()
                .collect(Collectors.toMap(
                        attribute -> attribute.getKey(),
                        attribute -> attribute.getValue().hasIntValue()
                                ? Long.toString(attribute.getValue().getIntValue())
                                : attribute.getValue().getStringValue()));
    }

    private static String hex(ByteString bytes) {
        return java.util.HexFormat.of().formatHex(bytes.toByteArray());
    }

    private static String traceparent(String trace, String flags) {
        return "00-" + trace + "-" + CALLER + "-" + flags;
    }

    private static String traceId() {
        return UUID.randomUUID().toString().replace("-", "");
    }
}
