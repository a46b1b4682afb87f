package dev.rowhouse.app;

import dev.rowhouse.app.data.AnswerCache;
import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.cache.RedisShelf;
import dev.rowhouse.platform.cache.TwoLevelCache;
import dev.rowhouse.platform.limits.RedisTokens;
import dev.rowhouse.platform.redis.RedisClients;
import dev.rowhouse.platform.tracing.Tracing;
import dev.rowhouse.tenancy.freshness.Freshness;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires what is kept of the tenants' answers: in this process, and in Redis where there is one. */
@Configuration(proxyBeanMethods = false)
class CachesConfiguration {

    @Bean
    @ConditionalOnProperty("rowhouse.redis.uri")
    RedisShelf redisShelf(@Value("${rowhouse.redis.uri}") String uri, BackgroundWork background, Tracing tracing) {
        var shelf = new RedisShelf(RedisClients.of(uri, RedisShelf.PATIENCE), uri, tracing);
        shelf.start(background);
        return shelf;
    }

    @Bean
    RedisMeters redisMeters(ObjectProvider<RedisShelf> answers, ObjectProvider<RedisTokens> rates) {
        return new RedisMeters(answers.getIfAvailable(), rates.getIfAvailable());
    }

    @Bean
    TwoLevelCache twoLevelCache(CacheProperties properties, ObjectProvider<RedisShelf> redis, MeterRegistry meters) {
        return new TwoLevelCache(properties.bounds(), redis.getIfAvailable(), Clock.systemUTC(), meters);
    }

    @Bean
    AnswerCache answerCache(TwoLevelCache cache, Freshness freshness) {
        return new AnswerCache(cache, freshness);
    }
}
