package dev.rowhouse.tenancy.shard;

import dev.rowhouse.tenancy.Caller;
import dev.rowhouse.tenancy.RoleName;
import io.r2dbc.postgresql.api.PostgresqlResult;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One write on one connection, as a transaction of several statements or as one that is its own.
 *
 * <p>Used for one attempt after another; from {@link #isTooLateToRepeat} on nobody can say whether it took effect.
 */
final class Writing {

    // What has been committed cannot be refused any more.
    private static final long UNLIMITED = Long.MAX_VALUE;

    private final RoleName role;
    private final Caller caller;
    private final Write write;
    private final AtomicBoolean committing = new AtomicBoolean();

    Writing(RoleName role, Caller caller, Write write) {
        this.role = role;
        this.caller = caller;
        this.write = write;
    }

    boolean isTooLateToRepeat() {
        return committing.get();
    }

    /** @param acceptance sees what was done before the end; what it throws undoes everything */
    Mono<Written> inTransaction(Backend backend, TransactionEnd end, Consumer<Written> acceptance) {
        return TenantDatabase.piped(
                        backend.begin("", role, caller), told(backend).flux())
                .singleOrEmpty()
                .doOnNext(acceptance)
                .flatMap(written -> ended(backend, end).thenReturn(written));
    }

    /**
     * Runs the statement alone: it commits by itself, at the end of the same exchange. Only a connection that is known to be
     * lost before anything was sent leaves the call to be repeated.
     */
    Mono<Written> alone(Backend backend) {
        return backend.requireOpen()
                .then(Mono.defer(() -> {
                    committing.set(true);
                    return backend.actsAs(role)
                            ? changed(backend, UNLIMITED)
                            : TenantDatabase.piped(
                                            backend.become(role),
                                            changed(backend, UNLIMITED).flux())
                                    .singleOrEmpty();
                }))
                .flatMap(written -> written.rows() > 0 ? Mono.just(written) : nothingChanged(backend, written));
    }

    // Either nothing matched, or the session was someone else, whom the statement refuses to change anything for.
    private Mono<Written> nothingChanged(Backend backend, Written written) {
        return backend.currentRole()
                .filter(role.value()::equals)
                .switchIfEmpty(Mono.error(ShardError.RoleMismatch::new))
                .thenReturn(written);
    }

    private Mono<Void> ended(Backend backend, TransactionEnd end) {
        return switch (end) {
            case COMMIT -> {
                committing.set(true);
                yield backend.commit();
            }
            // What is checked at the end of a transaction is checked here too: the answer tells what would have been.
            case ROLLBACK -> backend.simple("SET CONSTRAINTS ALL IMMEDIATE").then(Mono.defer(() -> backend.rollback()));
        };
    }

    // Both are subscribed at once, so the head is asked for before the write has answered.
    private Mono<Written> told(Backend backend) {
        var head = write.head();
        var changed = changed(backend, ShownRows.LIMIT);
        return head == null ? changed : Mono.zip(changed, backend.text(head), Written::told);
    }

    private Mono<Written> changed(Backend backend, long limit) {
        var results = backend.execute(write.statement());
        return switch (write.shape()) {
            case NOTHING -> count(results).map(Written::counted);
            case ROWS ->
                results.concatMap(result -> result.map((row, _) -> ShownRows.Part.ofRow(row)))
                        .collect(() -> new ShownRows(false, limit), ShownRows::add)
                        .map(ShownRows::written);
            case TALLY ->
                results.concatMap(result -> result.map((row, _) -> ShownRows.Part.ofTally(row)))
                        .collect(() -> new ShownRows(true, limit), ShownRows::add)
                        .map(ShownRows::written);
        };
    }

    /** Counts changed rows; the count comes after the last result, and so after what ends the exchange. */
    static Mono<Long> count(Flux<PostgresqlResult> results) {
        return results.concatMap(PostgresqlResult::getRowsUpdated).reduce(0L, Long::sum);
    }
}
