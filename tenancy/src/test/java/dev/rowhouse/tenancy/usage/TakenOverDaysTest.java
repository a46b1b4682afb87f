package dev.rowhouse.tenancy.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.platform.database.Database;
import dev.rowhouse.platform.postgres.PostgresEndpoint;
import dev.rowhouse.tenancy.onboarding.Installation;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** A rebuild whose events begin on the second of January: the second generation has what they tell. */
class TakenOverDaysTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final LocalDate SINCE = LocalDate.parse("2026-01-02");
    private static final String ACME = "00000000-0000-0000-0000-000000000001";

    private static PostgresEndpoint endpoint;
    private static Database control;

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
    void fill() {
        PostgresServer.shared().execute(endpoint.database(), """
                TRUNCATE request_count, storage_sample, usage_day, fleet_tenant;
                INSERT INTO request_count VALUES
                    ('%1$s', '2026-01-01', '%1$s', 5, 1, 0, '2026-01-01 10:00Z'),
                    ('%1$s', '2026-01-02', '%1$s', 6, 0, 0, '2026-01-02 10:00Z');
                INSERT INTO storage_sample VALUES ('%1$s', '2026-01-02', 900, 800, '2026-01-02 09:00Z');
                INSERT INTO usage_day (generation, day, tenant, requests, refused, inserted, updated, deleted, storage_bytes) VALUES
                    (1, '2026-01-01', '%1$s', 5, 1, 10, 2, 3, 0), (1, '2026-01-02', '%1$s', 6, 0, 4, 0, 1, 900),
                    (2, '2026-01-02', '%1$s', 0, 0, 4, 0, 1, 0);
                INSERT INTO fleet_tenant VALUES
                    (1, '%1$s', 14, 4, 800, '2026-01-02 09:00Z', '2026-01-02 08:00Z', '2026-01-02 10:00Z'),
                    (2, '%1$s', 4, 1, 0, NULL, '2026-01-02 08:00Z', NULL);
                """.formatted(ACME));
    }

    @Test
    void daysWhoseEventsHaveExpiredAreTakenOverAsTheyAre() {
        for (var projection : List.of(new UsageProjection(control), new FleetProjection(control))) {
            var comparison = completed(projection, SINCE);

            assertThat(comparison.different())
                    .as(projection.name() + comparison)
                    .isZero();
        }
    }

    @Test
    void withoutThemTheDifferenceIsTold() {
        for (var projection : List.of(new UsageProjection(control), new FleetProjection(control))) {
            var comparison = completed(projection, null);

            assertThat(comparison.different()).as(projection.name()).isEqualTo(1);
            assertThat(comparison.examples()).singleElement().asString().contains("was", "is", "inserted=");
        }
    }

    private static Comparison completed(Projection projection, LocalDate since) {
        return projection
                .complete(2, 1, since)
                .then(Mono.defer(() -> projection.compare(1, 2)))
                .block(SOON);
    }
}
