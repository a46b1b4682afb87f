package dev.rowhouse.tenancy.shard;

import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.postgres.PostgresConnections;
import dev.rowhouse.platform.postgres.PostgresLogin;
import dev.rowhouse.tenancy.Caller;
import dev.rowhouse.tenancy.House;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/** An open shard: its definition and its lanes. */
final class Shard {

    private static final long MARGIN = Duration.ofSeconds(1).toNanos();

    private final ShardDefinition definition;
    private final LaneSettings settings;
    private final Map<Backend.Kind, List<Lane>> lanes;
    private final List<List<KeyReads>> keyReads;
    private final ShardPulse pulse;
    private final long transactionWithin;

    private Shard(
            ShardDefinition definition,
            LaneSettings settings,
            Map<Backend.Kind, List<Lane>> lanes,
            List<List<KeyReads>> keyReads,
            ShardPulse pulse) {
        this.keyReads = keyReads;
        this.pulse = pulse;
        this.definition = definition;
        this.settings = settings;
        this.lanes = Map.copyOf(lanes);
        this.transactionWithin = settings.transactionTimeout().plusSeconds(1).toNanos();
    }

    static Shard open(
            ShardDefinition definition,
            LaneLogins logins,
            LaneSettings settings,
            LoopResources loops,
            BackgroundWork background,
            LaneTally tally) {
        var sources = IntStream.rangeClosed(1, definition.lanes())
                .mapToObj(lane -> logins.of(definition.name(), lane))
                .toList();
        var pulse = new ShardPulse(definition.name());
        var lanes = new EnumMap<Backend.Kind, List<Lane>>(Backend.Kind.class);
        for (var kind : Backend.Kind.values()) {
            var statements = switch (kind) {
                case PLAIN_READS, PLAIN_WRITES -> settings.statementCache();
                case TRANSACTIONS -> 0;
            };
            lanes.put(
                    kind,
                    sources.stream()
                            .map(source -> new Lane(
                                    definition.name(),
                                    kind,
                                    source,
                                    opener(
                                            definition,
                                            settings.connectTimeout(),
                                            loops,
                                            statements,
                                            sessionSettings(settings)),
                                    settings,
                                    background,
                                    tally,
                                    pulse))
                            .toList());
        }
        // Each keeps one core of the server busy, of which there may be as many as here.
        var pipelines = Math.min(Runtime.getRuntime().availableProcessors(), settings.connectionsPerLane());
        var keyReads = sources.stream()
                .map(source -> IntStream.range(0, pipelines)
                        .mapToObj(_ -> new KeyReads(
                                definition.name(),
                                source,
                                opener(
                                        definition,
                                        settings.connectTimeout(),
                                        loops,
                                        Math.max(settings.statementCache(), KeyReads.READS_IN_GROUP),
                                        keyReadSettings(settings)),
                                settings,
                                background,
                                tally,
                                pulse))
                        .toList())
                .toList();
        return new Shard(definition, settings, lanes, keyReads, pulse);
    }

    private static Function<PostgresLogin, PostgresConnections> opener(
            ShardDefinition definition,
            Duration connectTimeout,
            LoopResources loops,
            int statementCache,
            Map<String, String> options) {
        return login -> PostgresConnections.to(
                definition.endpoint(), login, "rowhouse-lane", connectTimeout, statementCache, options, loops);
    }

    /** Returns this shard under a changed definition that leaves its connections as they are. */
    Shard renamed(ShardDefinition changed) {
        return new Shard(changed, settings, lanes, keyReads, pulse);
    }

    boolean hasConnectionsOf(ShardDefinition other) {
        return definition.endpoint().equals(other.endpoint()) && definition.lanes() == other.lanes();
    }

    ShardDefinition definition() {
        return definition;
    }

    /** Returns until when the caller's statement that begins now owes its first byte: the server's limit, and a little. */
    long answerDue(Caller caller) {
        var own = caller.statementTimeout();
        var limit = own == null ? settings.statementTimeout() : own;
        return System.nanoTime() + limit.toNanos() + MARGIN;
    }

    /** Returns until when a transaction that begins now must have ended: the server's own limit, and a little. */
    long transactionDue() {
        return System.nanoTime() + transactionWithin;
    }

    /** Chooses the house's preferred lane unless a request would wait there and not, or less, on the second. */
    Lane laneFor(House house, Backend.Kind kind) {
        var choices = house.lanes();
        var preferred = lane(choices.getFirst(), kind);
        if (choices.size() == 1 || preferred.hasRoom()) {
            return preferred;
        }
        var second = lane(choices.get(1), kind);
        return second.load() < preferred.load() ? second : preferred;
    }

    /** Returns where the house's reads by key go: all together, as long as one group takes all of them, and soon. */
    KeyReads keyReads(House house) {
        var ofLane = keyReads.get(house.lanes().getFirst() - 1);
        for (var reads : ofLane) {
            if (reads.isReady()) {
                return reads;
            }
        }
        // One that is not open yet is opened by that.
        return ofLane.stream()
                .filter(reads -> !reads.isOpen())
                .findFirst()
                .orElseGet(() -> Collections.min(ofLane, Comparator.comparingInt(KeyReads::waiting)));
    }

    Mono<Boolean> isReachable() {
        return attempt().timeout(settings.connectTimeout()).onErrorReturn(false);
    }

    /** Says whether the server hangs, so that nothing should wait for it. */
    boolean isLost() {
        return pulse.isLost();
    }

    /** Looks whether the server hangs, if answers are owed for long; what waits for one that does fails. */
    Mono<Void> feelPulse() {
        return Mono.defer(() -> pulse.feel(
                lanes().anyMatch(Lane::owesAnswers) || keyReads().anyMatch(KeyReads::owesAnswers),
                attempt(),
                Flux.fromStream(lanes())
                        .flatMap(Lane::closeAll)
                        .doFirst(() -> keyReads().forEach(KeyReads::giveUp))
                        .then()));
    }

    private Mono<Boolean> attempt() {
        return lane(1, Backend.Kind.TRANSACTIONS)
                .apart(
                        settings.connectTimeout(),
                        connection -> connection
                                .createStatement("SELECT 1")
                                .execute()
                                .concatMap(result -> result.getRowsUpdated())
                                .then(Mono.just(true)));
    }

    /** Deletes the kept answers that nobody may ask for any more. */
    Mono<Void> sweepAnswers() {
        return lane(1, Backend.Kind.TRANSACTIONS)
                .apart(connection -> connection
                        .createStatement("SELECT rowhouse.sweep_answers()")
                        .execute()
                        .concatMap(result -> result.map((_, _) -> true))
                        .then());
    }

    ShardConnections counts() {
        return Stream.concat(lanes().map(Lane::counts), keyReads().map(KeyReads::counts))
                .reduce(
                        new ShardConnections(0, 0, 0, 0),
                        (a, b) -> new ShardConnections(
                                a.open() + b.open(),
                                a.inUse() + b.inUse(),
                                a.idle() + b.idle(),
                                a.pending() + b.pending()));
    }

    /** Returns how many connections there may be. */
    int room() {
        return (int)
                (lanes().count() * settings.connectionsPerLane() + keyReads().count());
    }

    Mono<Void> touchIdle() {
        return Flux.fromStream(lanes())
                .flatMap(Lane::touchIdle)
                .doFirst(() -> keyReads().forEach(KeyReads::touch))
                .then();
    }

    Mono<Void> closeOverdue() {
        return Flux.fromStream(lanes())
                .flatMap(Lane::closeOverdue)
                .doFirst(() -> keyReads().forEach(KeyReads::closeOverdue))
                .then();
    }

    void close() {
        lanes().forEach(Lane::close);
        keyReads().forEach(KeyReads::close);
    }

    private Stream<Lane> lanes() {
        return lanes.values().stream().flatMap(List::stream);
    }

    private Stream<KeyReads> keyReads() {
        return keyReads.stream().flatMap(List::stream);
    }

    private Lane lane(int number, Backend.Kind kind) {
        var ofKind = Objects.requireNonNull(lanes.get(kind), "every kind has its lanes");
        if (number < 1 || number > ofKind.size()) {
            throw new IllegalArgumentException("shard " + definition.name() + " has no lane " + number
                    + " (expected: 1 to " + ofKind.size() + ")");
        }
        return ofKind.get(number - 1);
    }

    private static Map<String, String> keyReadSettings(LaneSettings settings) {
        var quick = new HashMap<>(sessionSettings(settings));
        quick.put("statement_timeout", shorter(KeyReads.STATEMENT_TIMEOUT, settings.statementTimeout()));
        quick.put("lock_timeout", shorter(KeyReads.LOCK_TIMEOUT, settings.lockTimeout()));
        return quick;
    }

    private static String shorter(Duration one, Duration other) {
        return Long.toString(Math.min(one.toMillis(), other.toMillis()));
    }

    // Given at connect, so that RESET ALL comes back to them. The path is empty of tenants: SQL names its schema. The
    // operators of extensions' types are found by it, as no statement can qualify them legibly; its schema is the
    // operator's.
    private static Map<String, String> sessionSettings(LaneSettings settings) {
        var statement = settings.statementTimeout().toMillis();
        return Map.of(
                "search_path", "pg_catalog, extensions",
                "statement_timeout", Long.toString(statement),
                "lock_timeout", Long.toString(settings.lockTimeout().toMillis()),
                "idle_in_transaction_session_timeout", Long.toString(statement),
                "transaction_timeout",
                        Long.toString(settings.transactionTimeout().toMillis()));
    }
}
