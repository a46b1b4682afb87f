package dev.rowhouse.app.caches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.app.RunningApp;
import dev.rowhouse.app.RunningApp.TestTenant;
import dev.rowhouse.app.caches.TwoInstances.Answer;
import dev.rowhouse.tenancy.token.Issuer;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What was answered from memory is answered again below all filters: as it was, to whom it belongs, while it holds. */
@Timeout(120)
class RepeatedReadsTest {

    private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";

    private static TwoInstances street;
    private static RunningApp one;
    private static TestTenant tenant;

    @BeforeAll
    static void start() {
        street = new TwoInstances();
        one = street.one;
        tenant = street.tenant();
    }

    @AfterAll
    static void stop() {
        street.close();
    }

    /** Asks until the answer comes from memory; whatever is the same is answered early from then on. */
    private static Answer remembered(TestTenant asked, String path, String... headers) {
        await().atMost(TwoInstances.PATIENCE)
                .until(() -> street.get(one, asked, path, headers).cache().equals("hit; detail=memory"));
        return street.get(one, asked, path, headers);
    }

    private static double early(Supplier<Answer> request) {
        var before = TwoInstances.early(one);
        request.get();
        return TwoInstances.early(one) - before;
    }

    private static void awaitEarly(Supplier<Answer> request) {
        await().atMost(TwoInstances.PATIENCE).until(() -> early(request) == 1);
    }

    private static double timed() {
        return one.bean(MeterRegistry.class).get("rowhouse.requests").tag("route", "read").timers().stream()
                .mapToDouble(timer -> timer.count())
                .sum();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kind?id=eq.1",
                "kind?id=eq.-5",
                "kind?select=name,thing(name)&id=eq.1",
                "thing?select=id,kind(name)",
                "rate?order=id.desc",
                "secret?id=lt.100"
            })
    void theSameIsAnsweredAsBefore(String path) {
        var before = remembered(tenant, path);
        // Nothing is kept while the journal is silent for too long, as on a busy machine it may be.
        awaitEarly(() -> street.get(one, tenant, path));
        var timed = timed();

        var answers = new ArrayList<Answer>();
        awaitEarly(() -> {
            answers.add(street.get(one, tenant, path, "X-Request-Id", "mine", "traceparent", TRACE));
            return answers.getLast();
        });
        awaitEarly(() -> street.get(one, tenant, path));
        awaitEarly(() -> street.get(one, tenant, path));

        var again = answers.getLast();
        // Others may have been counted a moment after their answers came.
        assertThat(timed()).isGreaterThanOrEqualTo(timed + 3);
        assertThat(again.status()).isEqualTo(before.status());
        assertThat(again.body()).isEqualTo(before.body());
        assertThat(again.headers().keySet()).isEqualTo(before.headers().keySet());
        for (var header : before.headers().keySet()) {
            if (!List.of("traceparent", "x-request-id", "ratelimit").contains(header)) {
                assertThat(again.header(header)).as(header).isEqualTo(before.header(header));
            }
        }
        assertThat(again.header("x-request-id")).isEqualTo("mine");
        assertThat(again.header("traceparent"))
                .startsWith("00-4bf92f3577b34da6a3ce929d0e0e4736-")
                .doesNotContain("00f067aa0ba902b7");
    }

    @ParameterizedTest
    @CsvSource({
        "Accept, text/csv",
        "Prefer, count=exact",
        "Range, 0-0",
        "Origin, https://example.com",
        "Server-Timing, ?1",
        "Content-Profile, public",
        "X-Whatever, 1"
    })
    void whatIsNotTheSameToTheLetterComesTheWholeWay(String header, String value) {
        remembered(tenant, "kind?id=eq.20");

        assertThat(early(() -> street.get(one, tenant, "kind?id=eq.20", header, value)))
                .isZero();
        awaitEarly(() -> street.get(one, tenant, "kind?id=eq.20"));
    }

    @Test
    void onlyWhatAsksIsPartOfTheQuestion() {
        remembered(tenant, "kind?id=eq.20");

        awaitEarly(() -> street.get(one, tenant, "kind?id=eq.20", "User-Agent", "another"));
        awaitEarly(() -> street.get(one, tenant, "kind?id=eq.20", "Accept-Encoding", "gzip"));
    }

    @Test
    void whoeverIsMeasuredIsMeasuredEachTime() {
        street.get(one, tenant, "kind?id=eq.20", "Server-Timing", "?1");
        street.get(one, tenant, "kind?id=eq.20", "Server-Timing", "?1");

        assertThat(early(() -> street.get(one, tenant, "kind?id=eq.20", "Server-Timing", "?1")))
                .isZero();
    }

    @Test
    void nobodyElseIsToldIt() {
        var neighbour = street.tenant();
        var path = tenant.path("kind?id=eq.1");
        remembered(tenant, "kind?id=eq.1");

        for (var key : List.of("none", "wrong", neighbour.secret(), neighbour.publishable())) {
            assertThat(early(() -> {
                        var refused = street.send(one, "GET", path, key, "");
                        assertThat(refused.status()).as(key).isEqualTo(404);
                        assertThat(refused.body()).doesNotContain("one");
                        return refused;
                    }))
                    .isZero();
        }
        awaitEarly(() -> street.get(one, tenant, "kind?id=eq.1"));
        assertThat(street.anon(one, tenant, "secret?id=eq.20").body()).isEqualTo("[]");
        assertThat(remembered(tenant, "secret?id=eq.20").body()).contains("twenty");
        assertThat(street.anon(one, tenant, "secret?id=eq.20").body()).isEqualTo("[]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kind", "thing"})
    void aWriteIsSeenByTheNextRead(String table) {
        var path = table + "?id=eq.1";
        for (var round = 0; round < 3; round++) {
            remembered(tenant, path);
            awaitEarly(() -> street.get(one, tenant, path));
            var name = table + round;
            street.patch(one, tenant, path, "{\"name\":\"" + name + "\"}");
            assertThat(street.get(one, tenant, path).body()).contains(name);
        }
    }

    @Test
    void aWriteElsewhereIsSeenWithinTheBound() throws Exception {
        remembered(tenant, "kind?id=eq.20");
        try (var session = street.session();
                var statement = session.createStatement()) {
            statement.execute("UPDATE " + street.schema(tenant) + ".kind SET name = 'changed' WHERE id = 20");
        }

        await().atMost(TwoInstances.PATIENCE)
                .until(() -> street.get(one, tenant, "kind?id=eq.20").body().contains("changed"));
        remembered(tenant, "kind?id=eq.20");
        awaitEarly(() -> street.get(one, tenant, "kind?id=eq.20"));
    }

    @Test
    void aTenantThatIsSuspendedIsRefused() {
        var leaving = street.tenant();
        remembered(leaving, "kind?id=eq.1");
        awaitEarly(() -> street.get(one, leaving, "kind?id=eq.1"));

        street.operation(leaving, "suspend");

        assertThat(street.get(one, leaving, "kind?id=eq.1").status()).isEqualTo(403);
        street.operation(leaving, "resume");
        assertThat(remembered(leaving, "kind?id=eq.1").body()).contains("one");
    }

    @Test
    void eachIsPaidFor() {
        var poor = street.tenant();
        remembered(poor, "kind?id=eq.1");
        street.change(poor, "{\"quotas\":{\"requests_per_second\":1,\"burst\":5}}");

        var statuses = new ArrayList<Integer>();
        var before = TwoInstances.early(one);
        for (var request = 0; request < 20; request++) {
            statuses.add(street.get(one, poor, "kind?id=eq.1").status());
        }

        assertThat(statuses).contains(200, 429);
        assertThat(TwoInstances.early(one) - before).isPositive();
        assertThat(statuses.stream().filter(status -> status == 200).count()).isLessThan(15);
    }

    @Test
    void whoComesByATokenComesTheWholeWayUntilItEnds() {
        var trusting = street.tenant();
        var issuer = Issuer.elliptic("first");
        street.change(trusting, "{\"jwks\":" + issuer.jwks() + "}");
        var ends = Instant.now().getEpochSecond() + 3600;
        var token = issuer.token("{\"sub\":\"ann\",\"role\":\"anon\",\"exp\":" + ends + "}");
        Supplier<Answer> asked = () -> street.anon(one, trusting, "rate?id=eq.1", "Authorization", "Bearer " + token);

        await().atMost(TwoInstances.PATIENCE).until(() -> asked.get().cache().equals("hit; detail=memory"));

        assertThat(early(asked)).isZero();
        assertThat(asked.get().body()).contains("one");
        awaitEarly(() -> street.anon(one, trusting, "rate?id=eq.1"));
    }
}
