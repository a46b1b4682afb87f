package dev.rowhouse.app;

import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.tenancy.directory.ShardRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the file of shards, where there is one. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("rowhouse.shards-file")
class ShardsFileConfiguration {

    @Bean
    ShardsFile shardsFile(
            @Value("${rowhouse.shards-file}") Path path,
            ShardRegistry registry,
            BackgroundWork background,
            MeterRegistry meters) {
        var file = new ShardsFile(path, registry);
        file.read();
        file.follow(background, meters);
        return file;
    }
}
