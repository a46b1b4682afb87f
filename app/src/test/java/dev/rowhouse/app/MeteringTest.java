package dev.rowhouse.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.platform.database.Database;
import dev.rowhouse.tenancy.TenantId;
import dev.rowhouse.tenancy.usage.RequestCounts;
import dev.rowhouse.tenancy.usage.RequestMeter;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MeteringTest {

    private static final Duration NEVER = Duration.ofDays(1);

    @Test
    void aGracefulEndStoresWhatWasCountedSince() throws InterruptedException {
        var control = RunningApp.shared().bean(Database.class);
        var process = UUID.randomUUID();
        var meter = new RequestMeter(new RequestCounts(control, process), Clock.systemUTC());
        var metering = new Metering(meter, NEVER);
        metering.start();
        meter.of(new TenantId(UUID.randomUUID())).request();

        var ended = new CountDownLatch(1);
        metering.stop(ended::countDown);

        assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(control.client()
                        .sql("SELECT sum(requests)::bigint AS n FROM request_count WHERE instance = :process")
                        .bind("process", process)
                        .map(row -> row.get("n", Long.class))
                        .one()
                        .block(Duration.ofSeconds(30)))
                .isEqualTo(1);
    }
}
