package dev.rowhouse.tenancy.watch;

import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.directory.ShardRegistry;
import dev.rowhouse.tenancy.journal.Journal;
import dev.rowhouse.tenancy.shard.LaneTally;
import dev.rowhouse.tenancy.shard.ShardConnections;
import dev.rowhouse.tenancy.shard.ShardDefinition;
import dev.rowhouse.tenancy.shard.Shards;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What this process sees of the shards: whether they answer, how busy its lanes are, how old the journals' horizons. */
public final class ShardMeters {

    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final int SHARDS_AT_ONCE = 8;

    private final ShardRegistry registry;
    private final Shards shards;
    private final Journal journal;
    private final MeterRegistry meters;
    private final Map<ShardName, Seen> seen = new ConcurrentHashMap<>();

    private record Seen(boolean up, double horizonAge) {

        static final Seen UNKNOWN = new Seen(true, 0);
    }

    public ShardMeters(ShardRegistry registry, Shards shards, Journal journal, MeterRegistry meters) {
        this.registry = registry;
        this.shards = shards;
        this.journal = journal;
        this.meters = meters;
    }

    /**
     * Begins to look.
     *
     * @param also measures something more of each shard, once
     */
    public void start(BackgroundWork background, BiConsumer<ShardName, MeterRegistry> also) {
        background.repeat("looking at the shards", LOOK, Mono.defer(() -> look(also)));
    }

    private Mono<Void> look(BiConsumer<ShardName, MeterRegistry> also) {
        removeForgotten();
        return Flux.fromIterable(registry.known())
                .map(ShardDefinition::name)
                .doOnNext(shard -> measureOnce(shard, also))
                .flatMap(this::look, SHARDS_AT_ONCE)
                .then();
    }

    // All of them, whoever has made them: an alarm for a shard that is no more would never end.
    private void removeForgotten() {
        var known = registry.known().stream().map(ShardDefinition::name).toList();
        seen.keySet().stream().filter(shard -> !known.contains(shard)).forEach(shard -> {
            meters.getMeters().stream()
                    .filter(meter -> shard.value().equals(meter.getId().getTag("shard")))
                    .forEach(meters::remove);
            seen.remove(shard);
        });
    }

    private Mono<Void> look(ShardName shard) {
        return registry.isReachable(shard)
                .flatMap(up -> (up ? horizonAge(shard) : Mono.just(0.0)).map(age -> new Seen(up, age)))
                .doOnNext(now -> seen.put(shard, now))
                .then();
    }

    private Mono<Double> horizonAge(ShardName shard) {
        return journal.horizonAge(shard).map(age -> age.toMillis() / 1_000.0).onErrorReturn(0.0);
    }

    private void measureOnce(ShardName shard, BiConsumer<ShardName, MeterRegistry> also) {
        if (seen.putIfAbsent(shard, Seen.UNKNOWN) == null) {
            measure(shard);
            also.accept(shard, meters);
        }
    }

    private void measure(ShardName shard) {
        gauge(shard, "rowhouse.shard.up", "1 while the shard answers this process", now -> now.up() ? 1 : 0);
        gauge(
                shard,
                "rowhouse.journal.horizon.age.seconds",
                "for how long a transaction that does not end has held back what the journal's readers may read",
                Seen::horizonAge);
        connections(shard, "in_use", ShardConnections::inUse);
        connections(shard, "idle", ShardConnections::idle);
        Gauge.builder("rowhouse.lane.connections.max", () -> shards.room(shard))
                .description("connections that this process may open to the shard for requests")
                .tag("shard", shard.value())
                .register(meters);
        Gauge.builder("rowhouse.lane.waiting", () -> shards.connections(shard).pending())
                .description("requests that wait for a connection")
                .tag("shard", shard.value())
                .register(meters);
        var tally = shards.tally(shard);
        FunctionTimer.builder(
                        "rowhouse.lane.wait", tally, LaneTally::waits, LaneTally::waitedNanos, TimeUnit.NANOSECONDS)
                .description("what requests waited for a connection that did not get one at once")
                .tag("shard", shard.value())
                .register(meters);
        counter(shard, "rowhouse.lane.refusals", "requests that got no connection", tally, LaneTally::refusals);
        counter(
                shard,
                "rowhouse.lane.mismatches",
                "statements that ran into another role than their own, and were refused by the wall",
                tally,
                LaneTally::mismatches);
    }

    private void gauge(ShardName shard, String name, String description, ToDoubleFunction<Seen> value) {
        Gauge.builder(name, () -> value.applyAsDouble(seen.getOrDefault(shard, Seen.UNKNOWN)))
                .description(description)
                .tag("shard", shard.value())
                .register(meters);
    }

    private void connections(ShardName shard, String state, Function<ShardConnections, Integer> count) {
        Gauge.builder("rowhouse.lane.connections", () -> count.apply(shards.connections(shard)))
                .description("connections of this process to the shard for requests")
                .tags(Tags.of("shard", shard.value(), "state", state))
                .register(meters);
    }

    private void counter(
            ShardName shard, String name, String description, LaneTally tally, ToDoubleFunction<LaneTally> count) {
        FunctionCounter.builder(name, tally, count)
                .description(description)
                .tag("shard", shard.value())
                .register(meters);
    }
}
