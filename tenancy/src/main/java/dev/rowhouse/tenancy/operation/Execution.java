package dev.rowhouse.tenancy.operation;

import dev.rowhouse.platform.database.Database;
import dev.rowhouse.tenancy.directory.DirectoryError;
import dev.rowhouse.tenancy.shard.ShardError;
import io.r2dbc.spi.R2dbcTransientException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.TransientDataAccessException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One operation on its way: forward through its steps, or, after a failure that does not pass, backwards. */
final class Execution {

    private static final Logger log = LoggerFactory.getLogger(Execution.class);

    // Work that is done and still asked for will not be done by doing it again.
    private static final int ROUNDS = 5;
    private static final int LONGEST_BACKOFF_SHIFT = 5;

    private final Unfinished operation;
    private final List<OperationStep> steps;
    private final Database database;
    private final OperationLedger ledger;
    private final OperationChanges changes;
    private final RunnerSettings settings;
    private final Failpoint failpoint;

    Execution(
            Unfinished operation,
            Saga saga,
            Database database,
            OperationLedger ledger,
            OperationChanges changes,
            RunnerSettings settings,
            Failpoint failpoint) {
        this.operation = operation;
        this.steps = saga.steps();
        this.database = database;
        this.ledger = ledger;
        this.changes = changes;
        this.settings = settings;
        this.failpoint = failpoint;
    }

    /** Completes when the operation has ended well or was compensated; fails when it has to be taken up again. */
    Mono<Void> run() {
        var run = operation.run();
        var execution = operation.compensating() ? backward(run) : forward(run);
        return Mono.firstWithSignal(execution, keepingTheLease());
    }

    private Mono<Void> forward(OperationRun run) {
        return Flux.fromIterable(steps)
                .filter(step -> !operation.isApplied(step.name()))
                .concatMap(step -> apply(run, step, operation.attemptsOf(step.name()) + 1))
                .then()
                .onErrorResume(StepFailed.class, failed -> turnBack(run, failed));
    }

    private Mono<Void> apply(OperationRun run, OperationStep step, int attempt) {
        return applyOnce(run, step, attempt, ROUNDS)
                .onErrorResume(failure -> mayPass(failure) && attempt < settings.attempts()
                        ? note(run, step, attempt, Operation.State.RUNNING, failure)
                                .then(Mono.delay(pauseAfter(attempt)))
                                .then(Mono.defer(() -> apply(run, step, attempt + 1)))
                        : Mono.error(failure instanceof LeaseLost ? failure : new StepFailed(step, attempt, failure)));
    }

    private Mono<Void> applyOnce(OperationRun run, OperationStep step, int attempt, int rounds) {
        var startedAt = Instant.now();
        return reached(step, "before")
                .then(database.transaction(Mono.defer(() -> step.apply(run))
                        .switchIfEmpty(
                                Mono.error(() -> new IllegalStateException("step " + step.name() + " came to nothing")))
                        .flatMap(progress -> ledger.record(applied(run, step, attempt, startedAt, progress))
                                .thenReturn(progress))))
                .doOnNext(_ -> changes.tell(run.id()))
                .flatMap(progress -> switch (progress) {
                    case Progress.Done _ -> reached(step, "after");
                    case Progress.Needs needs -> work(run, step, attempt, rounds, needs);
                });
    }

    private Mono<Void> work(OperationRun run, OperationStep step, int attempt, int rounds, Progress.Needs needs) {
        if (rounds == 0) {
            return Mono.error(new IllegalStateException("step " + step.name() + " does not come to an end"));
        }
        return reached(step, "working")
                .then(needs.work())
                .then(reached(step, "worked"))
                .then(Mono.defer(() -> applyOnce(run, step, attempt, rounds - 1)));
    }

    private StepRecord applied(
            OperationRun run, OperationStep step, int attempt, Instant startedAt, Progress progress) {
        return switch (progress) {
            case Progress.Done done ->
                new StepRecord(
                        run,
                        step.name(),
                        Operation.State.SUCCEEDED,
                        attempt,
                        startedAt,
                        done.result(),
                        null,
                        step == steps.getLast() ? Operation.State.SUCCEEDED : null);
            case Progress.Needs _ ->
                new StepRecord(run, step.name(), Operation.State.RUNNING, attempt, startedAt, Map.of(), null, null);
        };
    }

    private Mono<Void> turnBack(OperationRun run, StepFailed failed) {
        log.error(
                "operation {} ({} of {}) is compensated, because step {} failed",
                run.id(),
                run.type(),
                run.subject(),
                failed.step.name(),
                failed.failure);
        var back = run.failedBy(failed.step.name() + ": " + words(failed.failure));
        return note(back, failed.step, failed.attempt, Operation.State.FAILED, failed.failure)
                .then(Mono.defer(() -> backward(back)));
    }

    private Mono<Void> backward(OperationRun run) {
        return Flux.fromIterable(steps.reversed())
                .filter(step -> !operation.isUndone(step.name()))
                .concatMap(step -> undo(run, step, 1))
                .then();
    }

    private Mono<Void> undo(OperationRun run, OperationStep step, int attempt) {
        return undoOnce(run, step)
                .onErrorResume(failure -> mayPass(failure) && attempt < settings.attempts()
                        ? Mono.delay(pauseAfter(attempt)).then(Mono.defer(() -> undo(run, step, attempt + 1)))
                        : Mono.error(failure));
    }

    private Mono<Void> undoOnce(OperationRun run, OperationStep step) {
        var end = step == steps.getFirst() ? Operation.State.COMPENSATED : null;
        var undone = new StepRecord(
                run,
                step.name(),
                Operation.State.COMPENSATED,
                operation.attemptsOf(step.name()),
                Instant.now(),
                Map.of(),
                null,
                end);
        return reached(step, "undo.before")
                .then(database.transaction(step.undo(run).then(ledger.record(undone))))
                .then(Mono.<Void>fromRunnable(() -> changes.tell(run.id())))
                .then(reached(step, "undo.after"));
    }

    // A note that cannot be written is no reason to stop; a lost lease is.
    private Mono<Void> note(
            OperationRun run, OperationStep step, int attempt, Operation.State state, Throwable failure) {
        var noted = new StepRecord(run, step.name(), state, attempt, Instant.now(), Map.of(), words(failure), null);
        return ledger.record(noted)
                .onErrorResume(Database::isUnavailable, _ -> Mono.empty())
                .then(Mono.fromRunnable(() -> changes.tell(run.id())));
    }

    private Mono<Void> keepingTheLease() {
        return Flux.interval(settings.lease().dividedBy(3))
                .onBackpressureDrop()
                .concatMap(_ ->
                        ledger.renew(operation.run().id()).onErrorResume(Database::isUnavailable, _ -> Mono.empty()))
                .then();
    }

    private Mono<Void> reached(OperationStep step, String side) {
        return Mono.defer(() -> failpoint.reached(operation.run().type() + "." + step.name() + "." + side));
    }

    private Duration pauseAfter(int attempt) {
        return settings.backoff().multipliedBy(1L << Math.min(attempt - 1, LONGEST_BACKOFF_SHIFT));
    }

    private static boolean mayPass(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof NotYet
                    || cause instanceof R2dbcTransientException
                    || cause instanceof TransientDataAccessException
                    || cause instanceof ShardError.Unavailable
                    || cause instanceof ShardError.Busy
                    || cause instanceof DirectoryError.Unavailable
                    || cause instanceof TimeoutException) {
                return true;
            }
        }
        return Database.isUnavailable(failure);
    }

    // What others than us say of a failure may tell SQL and addresses: it stands in the log, not in the operation.
    private static String words(Throwable failure) {
        return switch (failure) {
            case NotYet error -> String.valueOf(error.getMessage());
            case DirectoryError error -> String.valueOf(error.getMessage());
            case ShardError error -> String.valueOf(error.getMessage());
            default -> "unexpected failure";
        };
    }

    private static final class StepFailed extends RuntimeException {
        private final transient OperationStep step;
        private final int attempt;
        private final Throwable failure;

        StepFailed(OperationStep step, int attempt, Throwable failure) {
            super("step " + step.name() + " failed", failure);
            this.step = step;
            this.attempt = attempt;
            this.failure = failure;
        }
    }
}
