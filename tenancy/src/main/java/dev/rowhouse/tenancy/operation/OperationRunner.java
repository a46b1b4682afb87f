package dev.rowhouse.tenancy.operation;

import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.database.Database;
import dev.rowhouse.tenancy.Actor;
import dev.rowhouse.tenancy.directory.DirectoryError;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DuplicateKeyException;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.concurrent.Queues;

/**
 * Runs operations to their end, detached from whoever ordered them. An operation belongs to the instance that holds its
 * lease; when the lease is not renewed because the instance died, another instance, or this one after its restart, goes
 * on where the records end.
 */
public final class OperationRunner {

    private static final Logger log = LoggerFactory.getLogger(OperationRunner.class);
    private static final int LINE = 1_024;

    private final UUID owner = UUID.randomUUID();
    private final Set<UUID> inHand = ConcurrentHashMap.newKeySet();
    private final Sinks.Many<Unfinished> line = Sinks.many()
            .unicast()
            .onBackpressureBuffer(Queues.<Unfinished>get(LINE).get());
    private final Database database;
    private final BackgroundWork background;
    private final Map<String, Saga> sagas;
    private final OperationChanges changes;
    private final RunnerSettings settings;
    private final Failpoint failpoint;
    private final OperationLedger ledger;

    /** @param failpoint {@link Failpoint#NONE} everywhere but in tests */
    public OperationRunner(
            Database database,
            BackgroundWork background,
            List<Saga> sagas,
            OperationChanges changes,
            RunnerSettings settings,
            Failpoint failpoint) {
        this.database = database;
        this.background = background;
        this.sagas = sagas.stream().collect(Collectors.toUnmodifiableMap(Saga::type, Function.identity()));
        this.changes = changes;
        this.settings = settings;
        this.failpoint = failpoint;
        this.ledger = new OperationLedger(database, owner, settings.lease());
    }

    /** Begins to run what is accepted here and to take up what nobody holds, the latter at once and then regularly. */
    public void start() {
        background.start(
                "operations",
                line.asFlux().flatMap(this::runToTheEnd, settings.concurrency()).then());
        background.repeat("operations nobody holds", settings.poll(), takeUp().timeout(settings.lease()));
    }

    /**
     * Emits the operation stored before under the key, or nothing; {@link DirectoryError.IdempotencyConflict} if it was
     * another request.
     */
    public Mono<Acceptance> earlier(IdempotentRequest request, Actor actor) {
        return ledger.earlier(request, actor).onErrorMap(Database::isUnavailable, DirectoryError.Unavailable::new);
    }

    /**
     * Stores an operation in one transaction with {@code alongside} and starts it; emits once it is stored. An operation
     * all of whose steps that transaction takes has succeeded with it. Of several orders with one idempotency key that
     * come at once one is stored, and all emit it.
     */
    public Mono<Acceptance> accept(OperationOrder order, Mono<Void> alongside) {
        return store(order, alongside)
                .onErrorResume(DuplicateKeyException.class, duplicate -> storedMeanwhile(order, duplicate))
                .onErrorMap(Database::isUnavailable, DirectoryError.Unavailable::new);
    }

    private Mono<Acceptance> storedMeanwhile(OperationOrder order, DuplicateKeyException duplicate) {
        return Mono.justOrEmpty(order.request())
                .flatMap(request -> ledger.earlier(request, order.run().actor()))
                .switchIfEmpty(Mono.error(duplicate));
    }

    private Mono<Acceptance> store(OperationOrder order, Mono<Void> alongside) {
        var saga = sagaOf(order.run());
        var operation = order.operation(saga);
        return failpoint
                .reached(order.run().type() + ".accept.before")
                .then(database.transaction(alongside.then(ledger.store(order, saga))))
                .then(failpoint.reached(order.run().type() + ".accept.after"))
                .then(Mono.defer(() -> operation.state().isFinal() ? ended(order.run()) : handOver(order, operation)))
                .thenReturn(new Acceptance(operation, false));
    }

    private Mono<Void> handOver(OperationOrder order, Operation operation) {
        return Mono.fromRunnable(() -> enqueue(new Unfinished(order.run(), false, operation.steps())));
    }

    private Mono<Void> takeUp() {
        return Mono.defer(() -> ledger.claim(
                        sagas.keySet(), inHand, Math.max(0, settings.concurrency() - inHand.size()))
                .doOnNext(this::enqueue)
                .then());
    }

    // When the line is full the operation stays where it is, and is taken up after its lease.
    private synchronized void enqueue(Unfinished operation) {
        if (inHand.add(operation.run().id()) && line.tryEmitNext(operation).isFailure()) {
            inHand.remove(operation.run().id());
        }
    }

    private Mono<Void> runToTheEnd(Unfinished operation) {
        var run = operation.run();
        var saga = sagaOf(run);
        var execution = new Execution(operation, saga, database, ledger, changes, settings, failpoint);
        return execution
                .run()
                .then(Mono.defer(() -> ended(run)))
                .onErrorResume(failure -> Mono.fromRunnable(() -> log.warn(
                        "operation {} ({} of {}) was left to be taken up again",
                        run.id(),
                        run.type(),
                        run.subject(),
                        failure)))
                .then()
                .doFinally(_ -> inHand.remove(run.id()));
    }

    private Mono<Void> ended(OperationRun run) {
        return sagaOf(run)
                .afterwards()
                .apply(run)
                .onErrorResume(failure ->
                        Mono.fromRunnable(() -> log.warn("after operation {} ({})", run.id(), run.type(), failure)))
                .then(Mono.fromRunnable(() -> changes.tell(run.id())));
    }

    private Saga sagaOf(OperationRun run) {
        var saga = sagas.get(run.type());
        if (saga == null) {
            throw new IllegalArgumentException("operation type: " + run.type() + " (expected: " + sagas.keySet() + ")");
        }
        return saga;
    }
}
