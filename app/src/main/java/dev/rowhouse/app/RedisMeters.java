package dev.rowhouse.app;

import dev.rowhouse.platform.cache.RedisShelf;
import dev.rowhouse.platform.limits.RedisTokens;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

/** Whether this process reaches Redis: what fails is counted elsewhere, and who has never reached it has nothing that fails. */
final class RedisMeters implements MeterBinder {

    private final @Nullable RedisShelf answers;
    private final @Nullable RedisTokens rates;

    /** Of what keeps answers and what counts rates; null where no Redis is configured. */
    RedisMeters(@Nullable RedisShelf answers, @Nullable RedisTokens rates) {
        this.answers = answers;
        this.rates = rates;
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        Gauge.builder("rowhouse.redis.up", () -> isUp() ? 1 : 0)
                .description("1 while this process reaches Redis, or where none is configured")
                .register(meters);
    }

    private boolean isUp() {
        return (answers == null || answers.isConnected()) && (rates == null || rates.isThere());
    }
}
