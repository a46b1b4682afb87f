package dev.rowhouse.tenancy.operation;

import dev.rowhouse.platform.crypto.Fingerprint;
import dev.rowhouse.platform.database.Database;
import dev.rowhouse.tenancy.Actor;
import dev.rowhouse.tenancy.directory.DirectoryError;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.Collection;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What is written down about operations while they run. Every record is written only while this instance holds the
 * operation and the steps before it are on record: else it fails with {@link LeaseLost}, and the transaction it stands in is
 * rolled back.
 */
final class OperationLedger {

    private static final String STORE = """
            WITH stored AS (
                INSERT INTO operation (id, type, tenant, slug, state, input, actor, idempotency_key, request,
                                       lease_owner, lease_until)
                VALUES (:id, :type, :tenant, :slug, CASE WHEN true = ALL(:done::boolean[]) THEN 'succeeded' ELSE 'running' END, :input::jsonb, :actor, :key, :request,
                        :owner, now() + make_interval(secs => :lease))
                RETURNING id)
            INSERT INTO operation_step (operation, position, name, state, attempts, started_at, ended_at)
            SELECT stored.id, step.position, step.name,
                   CASE WHEN step.done THEN 'succeeded' ELSE 'queued' END,
                   CASE WHEN step.done THEN 1 ELSE 0 END,
                   CASE WHEN step.done THEN now() END,
                   CASE WHEN step.done THEN now() END
            FROM stored, unnest(:names::text[], :done::boolean[]) WITH ORDINALITY AS step(name, done, position)
            """;

    private static final String EARLIER = OperationRows.SELECT.replace("SELECT o.id", "SELECT o.request, o.id")
            + " WHERE o.actor = :actor AND o.idempotency_key = :key";

    private static final String CLAIM =
            """
            WITH claimed AS (
                UPDATE operation
                SET lease_owner = :owner, lease_until = now() + make_interval(secs => :lease), state = 'running'
                WHERE id IN (
                    SELECT id FROM operation
                    WHERE state IN ('queued', 'running')
                      AND (lease_until IS NULL OR lease_until < now())
                      AND type = ANY(:types) AND id <> ALL(:held)
                    ORDER BY id
                    LIMIT :limit
                    FOR UPDATE SKIP LOCKED)
                RETURNING id)
            """ + OperationRows.SELECT.replace("FROM operation o\n", "FROM claimed JOIN operation o USING (id)\n");

    private static final String RENEW = """
            UPDATE operation SET lease_until = now() + make_interval(secs => :lease)
            WHERE id = :id AND lease_owner = :owner AND state = 'running'
            """;

    // Some steps commit without waiting for the disk. If the control database crashed and forgot one, the steps behind
    // it
    // must not go on from memory: this refuses their records, and whoever takes the operation up begins with the
    // forgotten.
    private static final String STEP = """
            WITH held AS (
                UPDATE operation
                SET lease_until = now() + make_interval(secs => :lease), updated_at = clock_timestamp(),
                    state = CASE WHEN :last THEN :final ELSE state END,
                    result = result || :result::jsonb,
                    compensating = :compensating, error = :operation_error
                WHERE id = :id AND lease_owner = :owner AND state = 'running'
                  AND (:compensating OR NOT EXISTS (
                      SELECT FROM operation_step step JOIN operation_step earlier
                          ON earlier.operation = step.operation AND earlier.position < step.position
                      WHERE step.operation = :id AND step.name = :name AND earlier.state <> 'succeeded'))
                RETURNING id)
            UPDATE operation_step
            SET state = :state, attempts = greatest(attempts, :attempts), started_at = coalesce(started_at, :started),
                ended_at = CASE WHEN :ended THEN clock_timestamp() END, error = CASE WHEN :compensating THEN coalesce(:error, operation_step.error) ELSE :error END
            FROM held
            WHERE operation = held.id AND name = :name
            """;

    private final Database database;
    private final UUID owner;
    private final double leaseSeconds;

    OperationLedger(Database database, UUID owner, Duration lease) {
        this.database = database;
        this.owner = owner;
        this.leaseSeconds = lease.toMillis() / 1_000.0;
    }

    /** Stores an operation as held by this instance, within the caller's transaction. */
    Mono<Void> store(OperationOrder order, Saga saga) {
        var run = order.run();
        var of = run.subject();
        var names = saga.stepNames();
        var request = order.request();
        return leased(STORE)
                .bind("id", run.id())
                .bind("type", run.type())
                .bind(
                        "tenant",
                        Database.nullable(of == null ? null : of.tenant().value(), UUID.class))
                .bind("slug", Database.nullable(of == null ? null : of.slug().value(), String.class))
                .bind("input", OperationRows.json(run.input()))
                .bind("actor", run.actor().value())
                .bind("key", Database.nullable(request == null ? null : request.key(), String.class))
                .bind(
                        "request",
                        Database.nullable(
                                request == null ? null : request.fingerprint().hex(), String.class))
                .bind("names", names.toArray(String[]::new))
                .bind("done", names.stream().map(order.done()::contains).toArray(Boolean[]::new))
                .then();
    }

    /** Emits the operation stored under the request's key, or nothing. */
    Mono<Acceptance> earlier(IdempotentRequest request, Actor actor) {
        return database.client()
                .sql(EARLIER)
                .bind("actor", actor.value())
                .bind("key", request.key())
                .map(row -> acceptedBefore(row, request.fingerprint()))
                .one();
    }

    private static Acceptance acceptedBefore(Readable row, Fingerprint request) {
        if (!request.hex().equals(row.get("request", String.class))) {
            throw new DirectoryError.IdempotencyConflict();
        }
        return new Acceptance(OperationRows.operation(row), true);
    }

    /** Takes up what nobody holds. The steps are read as they are, since nobody else writes them. */
    Flux<Unfinished> claim(Collection<String> types, Collection<UUID> held, int limit) {
        return leased(CLAIM)
                .bind("types", types.toArray(String[]::new))
                .bind("held", held.toArray(UUID[]::new))
                .bind("limit", limit)
                .map(OperationRows::unfinished)
                .all();
    }

    Mono<Void> renew(UUID operation) {
        return held(operation, leased(RENEW).bind("id", operation));
    }

    Mono<Void> record(StepRecord step) {
        var run = step.run();
        return held(
                run.id(),
                leased(STEP)
                        .bind("id", run.id())
                        .bind("last", step.end() != null)
                        .bind("final", step.end() == null ? "" : step.end().label())
                        .bind("result", OperationRows.json(step.result()))
                        .bind("compensating", step.compensating())
                        .bind("operation_error", Database.nullable(run.error(), String.class))
                        .bind("name", step.name())
                        .bind("state", step.state().label())
                        .bind("attempts", step.attempts())
                        .bind("started", step.startedAt())
                        .bind(
                                "ended",
                                step.state() == Operation.State.SUCCEEDED
                                        || step.state() == Operation.State.COMPENSATED)
                        .bind("error", Database.nullable(step.error(), String.class)));
    }

    private GenericExecuteSpec leased(String sql) {
        return database.client().sql(sql).bind("owner", owner).bind("lease", leaseSeconds);
    }

    private static Mono<Void> held(UUID operation, GenericExecuteSpec statement) {
        return statement
                .fetch()
                .rowsUpdated()
                .filter(rows -> rows == 1)
                .switchIfEmpty(Mono.error(() -> new LeaseLost(operation)))
                .then();
    }
}
