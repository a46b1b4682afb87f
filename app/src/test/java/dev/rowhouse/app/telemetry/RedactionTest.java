package dev.rowhouse.app.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.app.RunningApp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;

/** Secrets and values of rows that were used in every place where they can be used are told nowhere. */
class RedactionTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private final ObservedApp observed = ObservedApp.SHARED;
    private final RunningApp app = observed.app;
    private final String canary = "canary-" + UUID.randomUUID();
    private final List<String> errors = new ArrayList<>();

    @Test
    void canariesAreToldNowhere() {
        var trace = UUID.randomUUID().toString().replace("-", "");
        var tenant = observed.tenant;
        try (var logs = new CapturedLogs()) {
            use(tenant, trace);
            // What is wrong with a request is told to who has sent it, in its own words; nothing else is.
            await().atMost(SOON).until(() -> observed.traces.of(trace).size() >= 12);

            var told = Map.of(
                    "logs", logs.text(),
                    "metrics", observed.metrics(),
                    "traces", observed.traces.text(),
                    "actuator", actuator());
            assertThat(logs.text()).as("what was to be told is told").contains(trace);
            assertThat(told)
                    .allSatisfy((_, text) -> assertThat(text)
                            .doesNotContain(canary)
                            .doesNotContain(tenant.secret())
                            .doesNotContain(tenant.publishable())
                            .doesNotContain(RunningApp.OPERATOR)
                            .doesNotContain(ObservedApp.SECRET));
            assertThat(errors)
                    .hasSizeGreaterThan(8)
                    .allSatisfy(body -> assertThat(body)
                            .doesNotContain(tenant.secret())
                            .doesNotContain(tenant.publishable())
                            .doesNotContain(RunningApp.OPERATOR)
                            .doesNotContain(ObservedApp.SECRET));
        }
    }

    @Test
    void theControlDatabasesPasswordIsInNoTextOfTheSettings() {
        var lines = app.context().getBeansOfType(Record.class).values().stream()
                .map(Object::toString)
                .toList();

        assertThat(lines).isNotEmpty().allSatisfy(line -> assertThat(line).doesNotContain(ObservedApp.SECRET));
    }

    private void use(RunningApp.TestTenant tenant, String trace) {
        var other = app.tenant();
        var contact = "{\"mail\": \"" + canary + "@example.org\", \"born\": \"1980-01-01\"}";
        send(tenant, trace, HttpMethod.POST, "contact", contact);
        send(tenant, trace, HttpMethod.POST, "contact", contact);
        send(tenant, trace, HttpMethod.GET, "contact?mail=eq." + canary, "");
        send(tenant, trace, HttpMethod.GET, "contact/" + canary + "@example.org", "");
        send(tenant, trace, HttpMethod.GET, "contact?born=eq." + canary, "");
        send(tenant, trace, HttpMethod.GET, "contact?" + canary + "=eq.1", "");
        send(tenant, trace, HttpMethod.GET, canary + "?x=eq.1", "");
        send(tenant, trace, HttpMethod.GET, "rpc/" + canary + "?x=1", "");
        send(tenant, trace, HttpMethod.POST, "contact", "{\"mail\": \"" + canary);
        send(tenant, trace, HttpMethod.PATCH, "contact?mail=eq." + canary, "{\"score\": \"" + canary + "\"}");
        send(tenant, trace, HttpMethod.POST, "contact", "[{\"mail\": null, \"born\": \"" + canary + "\"}]");
        send(tenant, trace, HttpMethod.valueOf("BREW"), "contact?mail=eq." + canary, "");
        send(tenant, trace, HttpMethod.DELETE, "contact?mail=eq." + canary, "");
        send(
                new RunningApp.TestTenant(tenant.slug(), other.publishable(), other.secret()),
                trace,
                HttpMethod.GET,
                "contact",
                "");
        app.client()
                .get()
                .uri("/admin/v1/tenants/" + canary)
                .header("Authorization", "Bearer " + RunningApp.OPERATOR)
                .header("traceparent", "00-" + trace + "-00f067aa0ba902b7-01")
                .exchange();
        app.client()
                .get()
                .uri("/admin/v1/tenants?q=" + canary)
                .header("Authorization", "Bearer " + RunningApp.OPERATOR + "x")
                .header("traceparent", "00-" + trace + "-00f067aa0ba902b7-01")
                .exchange();
    }

    private void send(RunningApp.TestTenant tenant, String trace, HttpMethod method, String relation, String body) {
        var request = app.client()
                .method(method)
                .uri(tenant.path(relation))
                .header("apikey", tenant.secret())
                .header("Authorization", "Bearer " + tenant.secret())
                .header("traceparent", "00-" + trace + "-00f067aa0ba902b7-01");
        var sent = body.isEmpty()
                ? request
                : request.contentType(MediaType.APPLICATION_JSON).bodyValue(body);
        var answer = sent.exchange().expectBody(String.class).returnResult();
        if (answer.getStatus().isError()) {
            errors.add(String.valueOf(answer.getResponseBody()));
        }
    }

    private String actuator() {
        var text = new StringBuilder();
        for (var path : List.of("/actuator", "/actuator/health", "/actuator/env", "/actuator/configprops")) {
            text.append(app.management()
                    .get()
                    .uri(path)
                    .exchange()
                    .expectBody(String.class)
                    .returnResult()
                    .getResponseBody());
        }
        return text.toString();
    }
}
