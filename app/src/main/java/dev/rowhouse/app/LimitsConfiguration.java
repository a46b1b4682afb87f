package dev.rowhouse.app;

import dev.rowhouse.app.data.TenantGate;
import dev.rowhouse.app.data.Turnstile;
import dev.rowhouse.app.data.limits.FailedAttempts;
import dev.rowhouse.app.data.limits.Plans;
import dev.rowhouse.app.data.limits.TenantLimits;
import dev.rowhouse.app.edge.RecentRefusals;
import dev.rowhouse.app.problem.ProblemRenderer;
import dev.rowhouse.app.telemetry.RequestMeters;
import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.limits.RateLimits;
import dev.rowhouse.platform.limits.RedisTokens;
import dev.rowhouse.platform.redis.RedisClients;
import dev.rowhouse.tenancy.usage.RequestMeter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires plans, rates and the protection of the shards. */
@Configuration(proxyBeanMethods = false)
class LimitsConfiguration {

    private static final Logger log = LoggerFactory.getLogger(LimitsConfiguration.class);
    private static final Duration REDIS_ANSWERS_WITHIN = Duration.ofMillis(100);

    /** The plans of the configuration, and of the file that stands before them. */
    @Bean
    Plans plans(
            PlanProperties configured,
            LaneProperties lanes,
            BackgroundWork background,
            MeterRegistry meters,
            @Value("${rowhouse.plans-file:}") String plansFile) {
        var plans = configured.plans(lanes.settings());
        if (!plansFile.isEmpty()) {
            var file = PlansFile.of(Path.of(plansFile), plans, lanes.settings());
            file.read();
            file.follow(background, meters);
        }
        return plans;
    }

    @Bean
    @ConditionalOnProperty("rowhouse.redis.uri")
    RedisTokens redisTokens(@Value("${rowhouse.redis.uri}") String uri, BackgroundWork background) {
        var tokens = new RedisTokens(RedisClients.of(uri, REDIS_ANSWERS_WITHIN), uri, Clock.systemUTC());
        tokens.start(background);
        return tokens;
    }

    @Bean
    TenantLimits tenantLimits(LimitProperties limits, ObjectProvider<RedisTokens> redis) {
        var tokens = redis.getIfAvailable();
        if (tokens == null) {
            log.info("rowhouse.redis.uri is not set: rates are divided among {} instances", limits.instances());
        }
        var rates = tokens == null
                ? RateLimits.alone(limits.instances(), Clock.systemUTC())
                : RateLimits.sharing(tokens, limits.instances(), Clock.systemUTC());
        return new TenantLimits(rates, limits.shard().bounds());
    }

    @Bean
    Turnstile turnstile(
            TenantGate gate,
            TenantLimits tenants,
            LimitProperties limits,
            RequestMeter meter,
            RecentRefusals recent,
            ProblemRenderer renderer,
            RequestMeters meters) {
        var failures = new FailedAttempts(
                RateLimits.alone(1, Clock.systemUTC()), limits.unknownTenants().rate());
        return new Turnstile(gate, tenants, failures, meter, recent, renderer, meters);
    }
}
