package dev.rowhouse.app;

import dev.rowhouse.app.ShardProperties.Wanted;
import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.postgres.PostgresLogin;
import dev.rowhouse.tenancy.Actor;
import dev.rowhouse.tenancy.directory.ShardRegistry;
import dev.rowhouse.tenancy.directory.ShardRegistry.ShardChange;
import dev.rowhouse.tenancy.shard.ShardDefinition;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Registers the shards that a file names, each as soon as its server answers, and takes over what changes of them there.
 * What the admin API alone can do stays its own: to drain a shard, and to forget one.
 */
final class ShardsFile {

    private static final Logger log = LoggerFactory.getLogger(ShardsFile.class);
    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final Actor ACTOR = new Actor("system:shards-file");

    private final ShardRegistry registry;
    private final ConfigurationFile<ShardProperties> file;
    private final Map<Wanted, String> failures = new ConcurrentHashMap<>();
    private volatile List<Wanted> wanted = List.of();

    ShardsFile(Path path, ShardRegistry registry) {
        this.registry = registry;
        this.file = new ConfigurationFile<>(path, "shards", ShardProperties.class, properties -> {
            wanted = properties == null ? List.of() : properties.wanted();
            return String.join(
                    ", ",
                    wanted.stream().map(each -> each.shard().name().value()).toList());
        });
    }

    /** Reads the file; what is wrong with it now fails the start. */
    void read() {
        file.read();
    }

    /** Begins to look for changes, and to register. */
    void follow(BackgroundWork background, MeterRegistry meters) {
        file.follow(background, meters);
        background.repeat("registering the shards of the file", LOOK, Mono.defer(this::register));
    }

    private Mono<Void> register() {
        return Flux.fromIterable(wanted)
                .concatMap(each ->
                        registered(each).onErrorResume(failure -> Mono.fromRunnable(() -> tell(each, failure))))
                .then();
    }

    private Mono<Void> registered(Wanted each) {
        var shard = each.shard();
        return registry.find(shard.name())
                .flatMap(found -> changed(each, found).thenReturn(true))
                .switchIfEmpty(prepared(each, shard).thenReturn(true))
                .doOnSuccess(_ -> failures.remove(each))
                .then();
    }

    private Mono<Void> changed(Wanted each, ShardDefinition found) {
        var shard = each.shard();
        if (!found.endpoint().database().equals(shard.endpoint().database())) {
            return Mono.error(new IllegalArgumentException("rowhouse.shards." + shard.name() + ".database: "
                    + shard.endpoint().database() + " (expected: "
                    + found.endpoint().database()
                    + ", which its tenants live in)"));
        }
        if (shard.lanes() > found.lanes()) {
            return prepared(each, with(shard, found.draining()));
        }
        if (shard.equals(with(found, false, shard.lanes()))) {
            return Mono.empty();
        }
        var change = new ShardChange(
                shard.endpoint().host(),
                shard.endpoint().port(),
                shard.region(),
                shard.weight(),
                null,
                patch(found.labels(), shard.labels()));
        return registry.change(shard.name(), change, ACTOR).then();
    }

    private Mono<Void> prepared(Wanted each, ShardDefinition shard) {
        return Mono.fromCallable(() -> password(each.passwordFile()))
                .subscribeOn(Schedulers.boundedElastic())
                .flatMap(password -> registry.register(
                        shard, new PostgresLogin(each.superuser(), password), each.extensions(), ACTOR))
                .doOnNext(registered -> log.info("shard {} of the file is registered", registered.name()))
                .then();
    }

    private static Map<String, @Nullable String> patch(Map<String, String> from, Map<String, String> to) {
        var patch = new HashMap<String, @Nullable String>(to);
        from.keySet().stream().filter(label -> !to.containsKey(label)).forEach(label -> patch.put(label, null));
        return patch;
    }

    private static String password(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new IllegalArgumentException("the file of the superuser's password cannot be read: " + file, e);
        }
    }

    private static ShardDefinition with(ShardDefinition shard, boolean draining) {
        return with(shard, draining, shard.lanes());
    }

    private static ShardDefinition with(ShardDefinition shard, boolean draining, int lanes) {
        return new ShardDefinition(
                shard.name(), shard.endpoint(), shard.region(), shard.weight(), draining, lanes, shard.labels());
    }

    // Once, not at each look.
    private void tell(Wanted each, Throwable failure) {
        var message = String.valueOf(failure.getMessage());
        if (!message.equals(failures.put(each, message))) {
            log.warn(
                    "shard {} of the file is not registered yet: {}",
                    each.shard().name(),
                    message);
        }
    }
}
