package dev.rowhouse.tenancy.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.platform.database.Database;
import dev.rowhouse.platform.postgres.PostgresEndpoint;
import dev.rowhouse.tenancy.TenantId;
import dev.rowhouse.tenancy.onboarding.Installation;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RequestMeterTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final TenantId ACME = new TenantId(new UUID(0, 1));

    private static PostgresEndpoint endpoint;
    private static Database control;

    private final DayClock clock = new DayClock(Instant.parse("2026-01-31T23:59:58Z"));

    @BeforeAll
    static void open() {
        endpoint = Installation.emptyControlDatabase();
        control = Database.open(endpoint, PostgresServer.shared().superuser(), 2);
    }

    @AfterAll
    static void close() {
        control.close();
    }

    @BeforeEach
    void empty() {
        execute("TRUNCATE request_count, usage_day, fleet_tenant");
    }

    @Test
    void eachRequestIsStoredOnceHoweverOftenItIsStored() {
        var meter = meter();
        count(meter, 3);
        meter.store().block(SOON);
        meter.store().block(SOON);
        count(meter, 2);
        meter.of(ACME).refused();
        meter.store().block(SOON);

        assertThat(usage()).containsExactly("2026-01-31 5 1 0");
    }

    @Test
    void totalsWhoseCommitWasNotHeardOfAreNotAddedTwice() {
        var meter = meter();
        count(meter, 3);
        var lines = List.of(new RequestMeter.Line(
                ACME, clock.today(), meter.of(ACME), meter.of(ACME).counts()));
        counts(1).store(lines, clock.instant()).block(SOON);

        meter.store().block(SOON);

        assertThat(usage()).containsExactly("2026-01-31 3 0 0");
    }

    @Test
    void processesAddUpAndADayEndsAtMidnight() {
        var one = meter();
        var other = new RequestMeter(counts(2), clock);
        count(one, 3);
        count(other, 4);
        var late = one.of(ACME);
        clock.now = Instant.parse("2026-02-01T00:00:01Z");
        late.failed();
        count(one, 1);
        one.store().block(SOON);
        other.store().block(SOON);

        assertThat(usage()).containsExactly("2026-01-31 7 0 1", "2026-02-01 1 0 0");
    }

    @Test
    void whatCannotBeStoredWaits() {
        var meter = meter();
        count(meter, 3);
        execute("ALTER TABLE request_count RENAME TO away");
        assertThatThrownBy(() -> meter.store().block(SOON)).isNotNull();
        count(meter, 1);
        execute("ALTER TABLE away RENAME TO request_count");

        meter.store().block(SOON);

        assertThat(usage()).containsExactly("2026-01-31 4 0 0");
    }

    @Test
    void noneIsLostThatManyThreadsCountAtOnce() {
        var meter = meter();
        var threads = IntStream.range(0, 4)
                .mapToObj(_ -> CompletableFuture.runAsync(() -> count(meter, 100_000)))
                .toList();
        threads.forEach(CompletableFuture::join);
        meter.store().block(SOON);

        assertThat(usage()).containsExactly("2026-01-31 400000 0 0");
    }

    private RequestMeter meter() {
        return new RequestMeter(counts(1), clock);
    }

    private static RequestCounts counts(int instance) {
        return new RequestCounts(control, new UUID(1, instance));
    }

    private static void count(RequestMeter meter, int times) {
        for (var n = 0; n < times; n++) {
            meter.of(ACME).request();
        }
    }

    private static List<String> usage() {
        return PostgresServer.shared()
                .query(
                        endpoint.database(),
                        "SELECT day || ' ' || requests || ' ' || refused || ' ' || failed FROM usage_day ORDER BY day");
    }

    private static void execute(String sql) {
        PostgresServer.shared().execute(endpoint.database(), sql);
    }

    private static final class DayClock extends Clock {

        private volatile Instant now;

        DayClock(Instant now) {
            this.now = now;
        }

        LocalDate today() {
            return LocalDate.ofInstant(now, ZoneOffset.UTC);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
