package dev.rowhouse.tenancy.shard;

import dev.rowhouse.platform.postgres.SqlState;
import dev.rowhouse.platform.tracing.TraceSpan;
import dev.rowhouse.platform.tracing.Tracing;
import dev.rowhouse.tenancy.Caller;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.RoleName;
import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * The only way to a tenant's rows: its house's shard, one of the house's lanes, the caller's role, one statement.
 *
 * <p>Two keys must agree: the SQL names the house's schema, and the connection acts as the caller's role in that house.
 * A cancelled call never returns a doubtful connection: it is finished, rolled back or closed before it is used again.
 */
public final class TenantDatabase {

    private static final long RETRY_WITHIN = Duration.ofMillis(500).toNanos();

    private static final String SNAPSHOT = "ISOLATION LEVEL REPEATABLE READ, READ ONLY";

    // What streams takes as long as its other end needs; transaction_timeout bounds it.
    private static final String UNTIMED = "; SET LOCAL statement_timeout = 0";

    private final Shards shards;
    private final StatementTime time;
    private final WriteGate gate;
    private final WriteWatch writes;
    private final Tracing tracing;
    private final @Nullable OpenTransaction open;

    public TenantDatabase(Shards shards) {
        this(shards, StatementTime.UNCOUNTED, WriteGate.OPEN, WriteWatch.NOBODY, Tracing.off());
    }

    /**
     * @param time is told what each house uses
     * @param gate is asked before each write
     * @param writes hears of every write's end, also of one that fails: nobody can be sure that it did nothing
     */
    public TenantDatabase(Shards shards, StatementTime time, WriteGate gate, WriteWatch writes, Tracing tracing) {
        this(shards, time, gate, writes, tracing, null);
    }

    private TenantDatabase(
            Shards shards,
            StatementTime time,
            WriteGate gate,
            WriteWatch writes,
            Tracing tracing,
            @Nullable OpenTransaction open) {
        this.shards = shards;
        this.time = time;
        this.gate = gate;
        this.writes = writes;
        this.tracing = tracing;
        this.open = open;
    }

    /**
     * Runs {@code work} as one transaction and emits its value after the commit; an error undoes everything.
     *
     * <p>The database that {@code work} is given does all that this one does, but inside of the transaction and one call at a
     * time; it is of no use afterwards. Called on such a database, this joins its transaction. If a concurrent transaction
     * stood in the way, {@code work} is run anew.
     */
    public <T> Mono<T> transaction(
            House house, Caller caller, TransactionMode mode, Function<TenantDatabase, Mono<T>> work) {
        if (open != null) {
            return open.joined(mode, () -> work.apply(this));
        }
        return Mono.defer(() -> {
            var shard = shards.shardOf(house);
            var attempt = onBackend(
                    shard,
                    house,
                    caller,
                    Backend.Kind.TRANSACTIONS,
                    backend -> whole(shard, backend, house, caller, mode, work));
            var attempts = once(shard, attempt).retryWhen(OpenTransaction.retries(mode));
            return mode.readOnly() ? attempts : watched(house, null, attempts);
        });
    }

    private <T> Mono<T> whole(
            Shard shard,
            Backend backend,
            House house,
            Caller caller,
            TransactionMode mode,
            Function<TenantDatabase, Mono<T>> work) {
        var inside = new TenantDatabase(shards, time, gate, writes, tracing, new OpenTransaction(house, mode, backend));
        return backend.begin(mode.words(), house.id().role(caller.callerClass()), caller)
                .doOnComplete(backend::hold)
                .then(Mono.defer(() -> work.apply(inside)))
                .flatMap(value -> {
                    backend.letGo();
                    backend.owesUntil(shard.answerDue(caller));
                    return backend.commit().thenReturn(value);
                });
    }

    /** Says whether what is done here is part of one transaction. */
    public boolean isTransaction() {
        return open != null;
    }

    /**
     * Runs a statement that locks rows until the transaction ends, within which this has to be called.
     *
     * @param wait for a lock that another has; null for as long as anything waits
     */
    public Mono<Void> lock(House house, Caller caller, Statement statement, @Nullable Duration wait) {
        var bound = wait == null ? "" : "; SET LOCAL lock_timeout = " + Math.min(wait.toMillis(), Integer.MAX_VALUE);
        return within(
                        house,
                        caller,
                        bound,
                        backend -> Writing.count(backend.execute(statement)).flux())
                .then();
    }

    /** Runs {@code work} as the caller inside of the open transaction. */
    <T> Mono<T> within(House house, Caller caller, Function<Backend, Flux<T>> work) {
        return within(house, caller, "", work);
    }

    private <T> Mono<T> within(House house, Caller caller, String more, Function<Backend, Flux<T>> work) {
        if (open == null) {
            throw new IllegalStateException("no transaction is open");
        }
        var role = house.id().role(caller.callerClass());
        return onBackend(
                        shards.shardOf(house),
                        house,
                        caller,
                        Backend.Kind.TRANSACTIONS,
                        backend -> piped(backend.begin("", role, caller, more), work.apply(backend))
                                .singleOrEmpty()
                                .flatMap(value -> backend.commit().thenReturn(value)))
                .singleOrEmpty()
                .onErrorMap(failure ->
                        ShardErrors.of(shards.shardOf(house).definition().name(), failure));
    }

    /**
     * Emits the answer's rows as JSON, one element per row, the head first if the read has one. The buffers belong to the
     * subscriber, who releases them.
     */
    public Flux<ByteBuf> read(House house, Caller caller, Read read) {
        return Flux.defer(() -> {
            var shard = shards.shardOf(house);
            var role = house.id().role(caller.callerClass());
            var answer = new Answer(read.headed());
            var alone = read.callerIndependent() && !caller.needsTransaction() && open == null;
            var kind = alone ? Backend.Kind.PLAIN_READS : Backend.Kind.TRANSACTIONS;
            Function<Backend, Flux<ByteBuf>> work = alone
                    ? backend -> answer.watched(backend, alone(backend, role, answer.of(backend, read.statement())))
                    : backend -> reading(
                            backend, role, caller, answer.watched(backend, answer.of(backend, read.statement())));
            var rows = Flux.defer(() -> twice(shard, answer::hasBegun, onBackend(shard, house, caller, kind, work)));
            return (alone && read.byKey() ? quickly(shard, house, role, read.statement(), rows) : rows)
                    .contextWrite(TenantDatabase::releasingBuffers);
        });
    }

    private Flux<ByteBuf> quickly(
            Shard shard, House house, RoleName role, Statement statement, Flux<ByteBuf> otherwise) {
        return tracing.flux("lane statement", span -> {
                    tell(span, shard);
                    span.tell("db.query.text", statement.sql());
                    return shard.keyReads(house)
                            .read(house.id(), role, statement, time)
                            .flux();
                })
                .switchIfEmpty(otherwise)
                .filter(ByteBuf::isReadable);
    }

    /**
     * Emits the answer's rows as {@link #read} does, however long their receiver takes for them within the bound of a
     * transaction. All of them are of one snapshot, also what functions read for them.
     */
    public Flux<ByteBuf> export(House house, Caller caller, Read read) {
        return Flux.defer(() -> {
            var shard = shards.shardOf(house);
            var role = house.id().role(caller.callerClass());
            var answer = new Answer(read.headed());
            Function<Backend, Flux<ByteBuf>> work = backend -> {
                var due = shard.transactionDue();
                // PostgreSQL's own time-outs spare who waits for a receiver, so the connection owes its end until then.
                // The first row as well: a sort may take longer than any other statement may.
                backend.owesUntil(due);
                var rows = answer.of(backend, read.statement()).doOnNext(_ -> backend.owesUntil(due));
                return piped(backend.begin(SNAPSHOT, role, caller, UNTIMED), rows)
                        .concatWith(Mono.defer(() -> nothing(backend.commit())));
            };
            return twice(shard, answer::hasBegun, onBackend(shard, house, caller, Backend.Kind.TRANSACTIONS, work))
                    .contextWrite(TenantDatabase::releasingBuffers);
        });
    }

    /**
     * Runs a statement whose functions may change rows, and emits its answer as {@link #read} does, but not before the
     * transaction has ended: until then it is held.
     *
     * @param acceptance sees the head and the rows before the end; what it throws undoes everything
     */
    public Flux<ByteBuf> call(
            House house, Caller caller, Read call, TransactionEnd end, Consumer<List<ByteBuf>> acceptance) {
        return Flux.defer(() -> {
            var shard = shards.shardOf(house);
            var ending = new AtomicBoolean();
            Function<Backend, Mono<List<ByteBuf>>> work = backend -> calling(backend, house, caller, call)
                    .doOnNext(acceptance)
                    .flatMap(answer -> {
                        ending.set(true);
                        return (end == TransactionEnd.COMMIT ? backend.commit() : backend.rollback())
                                .thenReturn(answer);
                    });
            var attempts = twice(shard, ending::get, onBackend(shard, house, caller, Backend.Kind.TRANSACTIONS, work));
            return watched(house, null, attempts.singleOrEmpty())
                    .flux()
                    .concatMapIterable(answer -> answer)
                    .contextWrite(TenantDatabase::releasingBuffers);
        });
    }

    /** Emits what the write did, after it has been committed. */
    public Mono<Written> write(House house, Caller caller, Write write) {
        return write.plain() && !caller.needsTransaction() && open == null
                ? writing(house, caller, write, Backend.Kind.PLAIN_WRITES, Writing::alone)
                : write(house, caller, write, TransactionEnd.COMMIT, _ -> {});
    }

    /**
     * Emits what the write did, after its transaction has ended.
     *
     * @param acceptance sees what was done before the end; what it throws undoes everything
     */
    public Mono<Written> write(
            House house, Caller caller, Write write, TransactionEnd end, Consumer<Written> acceptance) {
        return writing(
                house,
                caller,
                write,
                Backend.Kind.TRANSACTIONS,
                (writing, backend) -> writing.inTransaction(backend, end, acceptance));
    }

    private Mono<Written> writing(
            House house,
            Caller caller,
            Write write,
            Backend.Kind kind,
            BiFunction<Writing, Backend, Mono<Written>> way) {
        return Mono.defer(() -> {
            var shard = shards.shardOf(house);
            var writing = new Writing(house.id().role(caller.callerClass()), caller, write);
            var attempt = onBackend(shard, house, caller, kind, backend -> way.apply(writing, backend));
            return watched(
                    house,
                    write.reached(),
                    twice(shard, writing::isTooLateToRepeat, attempt).singleOrEmpty());
        });
    }

    /** Runs the statements in one transaction and emits, after it has committed, how many rows they changed. */
    public Mono<Long> writeAll(House house, Caller caller, Publisher<Statement> statements) {
        return Mono.defer(() -> {
            var shard = shards.shardOf(house);
            return watched(
                    house, null, once(shard, onBackend(shard, house, caller, Backend.Kind.TRANSACTIONS, backend -> {
                        var changed = Flux.from(statements)
                                .concatMap(statement -> Writing.count(backend.execute(statement)), 1)
                                .reduce(0L, Long::sum);
                        return inTurn(shard, backend, caller, house, "", changed);
                    })));
        });
    }

    /**
     * Streams {@code rows} into {@code COPY … FROM STDIN} and emits, after the commit, how many rows came in.
     *
     * @param sql the whole COPY statement, naming the house's schema
     * @param rows on the heap: nobody releases what is under way when the load ends early
     */
    public Mono<Long> copyIn(House house, Caller caller, String sql, Publisher<ByteBuf> rows) {
        return Mono.defer(() -> {
            var shard = shards.shardOf(house);
            return watched(
                    house, null, once(shard, onBackend(shard, house, caller, Backend.Kind.TRANSACTIONS, backend -> {
                        var copied = backend.connection()
                                .copyIn(sql)
                                // One message for each; given as one publisher the driver would gather them all first.
                                .fromMany(Flux.from(rows).map(Mono::just))
                                .build()
                                // Half a COPY cannot be taken back on this connection: closing it rolls back.
                                .doOnError(_ -> backend.breakUp())
                                .doOnCancel(backend::breakUp);
                        return inTurn(shard, backend, caller, house, UNTIMED, copied);
                    })));
        });
    }

    // The memory says who the session is; if it is someone else, the role is set in front of the statement, in the same
    // round trip. Should that fail the statement ran as the former role: it is refused or yields no row, and never
    // emits.
    private static Flux<ByteBuf> alone(Backend backend, RoleName role, Flux<ByteBuf> rows) {
        return backend.actsAs(role) ? rows : piped(backend.become(role), rows);
    }

    private static Flux<ByteBuf> reading(Backend backend, RoleName role, Caller caller, Flux<ByteBuf> rows) {
        return piped(backend.begin(Backend.READ_ONLY, role, caller), rows)
                .concatWith(Mono.defer(() -> nothing(backend.commit())));
    }

    private static Mono<List<ByteBuf>> calling(Backend backend, House house, Caller caller, Read call) {
        var role = house.id().role(caller.callerClass());
        var rows = new Answer(call.headed()).of(backend, call.statement());
        return piped(backend.begin("", role, caller), rows)
                .collect(HeldAnswer::new, HeldAnswer::add)
                .map(HeldAnswer::parts);
    }

    // Unlike the others, what follows BEGIN waits for its answer: it consumes a publisher that may be consumed only
    // once. How long that takes is up to its sender, within the transaction's bound.
    private static Mono<Long> inTurn(
            Shard shard, Backend backend, Caller caller, House house, String more, Mono<Long> work) {
        var role = house.id().role(caller.callerClass());
        return backend.begin("", role, caller, more)
                .doOnComplete(() -> backend.owesUntil(shard.transactionDue()))
                .then(work)
                .flatMap(count -> backend.commit().thenReturn(count));
    }

    /** Takes a connection for {@code work} and decides with its end what becomes of the connection. */
    private <T> Flux<T> onBackend(
            Shard shard,
            House house,
            Caller caller,
            Backend.Kind kind,
            Function<Backend, ? extends Publisher<T>> work) {
        var name = open == null ? "lane statement" : "transaction statement";
        return tracing.flux(name, span -> {
            tell(span, shard);
            return open == null
                    ? onLane(shard, house, caller, kind, work, span)
                    : inTransaction(open.backendOf(house, shard.answerDue(caller)), work, span);
        });
    }

    private static <T> Flux<T> inTransaction(
            Backend backend, Function<Backend, ? extends Publisher<T>> work, TraceSpan span) {
        var rows = Flux.from(work.apply(backend));
        return span.isSampled() ? rows.doOnTerminate(() -> tell(span, backend)) : rows;
    }

    private <T> Flux<T> onLane(
            Shard shard,
            House house,
            Caller caller,
            Backend.Kind kind,
            Function<Backend, ? extends Publisher<T>> work,
            TraceSpan span) {
        if (shard.isLost()) {
            return Flux.error(new ShardError.Unavailable(shard.definition().name(), null));
        }
        var lane = shard.laneFor(house, kind);
        return Flux.usingWhen(
                lane.acquire(house.id(), house.id().role(caller.callerClass())),
                backend -> {
                    backend.serves(house.id());
                    backend.owesUntil(shard.answerDue(caller));
                    return work.apply(backend);
                },
                backend -> {
                    count(house, backend, span);
                    return lane.release(backend);
                },
                (backend, failure) -> {
                    // Time in which the server hung is nobody's use of it.
                    if (!shard.isLost()) {
                        count(house, backend, span);
                    }
                    return lane.releaseAfter(backend, failure);
                },
                backend -> {
                    count(house, backend, span);
                    return lane.releaseUnfinished(backend);
                });
    }

    // Told before the value goes on: whoever is answered reads what was written.
    private <T> Mono<T> watched(House house, @Nullable Set<String> reached, Mono<T> write) {
        if (open != null) {
            return write;
        }
        var closed = gate.closed(house.shard());
        if (closed != null) {
            return Mono.error(closed);
        }
        Runnable told = () -> writes.mayHaveChanged(house.id(), reached);
        return write.doOnTerminate(told).doOnCancel(told);
    }

    private void count(House house, Backend backend, TraceSpan span) {
        time.used(house.id(), System.nanoTime() - backend.busySince(), backend.lastSql());
        tell(span, backend);
    }

    private static void tell(TraceSpan span, Shard shard) {
        span.tell("db.system.name", "postgresql")
                .tell("db.namespace", shard.definition().name().value());
    }

    // Values are bound beside the text, so the text tells none.
    private static void tell(TraceSpan span, Backend backend) {
        span.tell("db.query.text", backend.lastSql());
    }

    private static <T> Mono<T> once(Shard shard, Flux<T> attempt) {
        return attempt.singleOrEmpty()
                .onErrorMap(failure -> ShardErrors.of(shard.definition().name(), failure));
    }

    // A connection that died unnoticed while idle is not the caller's concern as long as nothing was emitted or
    // committed.
    private <T> Flux<T> twice(Shard shard, BooleanSupplier tooLate, Flux<T> attempt) {
        var name = shard.definition().name();
        var begun = System.nanoTime();
        return attempt.onErrorResume(failure ->
                open == null && !tooLate.getAsBoolean() && SqlState.isConnectionLost(failure) && isFresh(begun)
                        ? attempt.onErrorMap(again -> ShardErrors.of(name, again))
                        : Flux.error(ShardErrors.of(name, failure)));
    }

    // What died while idle says so at once; what was closed because it hung would hang again.
    private static boolean isFresh(long begun) {
        return System.nanoTime() - begun < RETRY_WITHIN;
    }

    // Both are subscribed at once, so both are written before the first answer is read; if the first fails, the whole
    // fails. Nothing waits in between: what an operator keeps when the subscriber leaves is lost.
    static <T> Flux<T> piped(Flux<Void> first, Flux<T> second) {
        return second.takeUntilOther(first.then(Mono.never()));
    }

    // What arrives after the subscriber has left is released here and nowhere else. This takes the place of a hook that
    // the subscriber may have: two of them would release a buffer twice, and by then it may be someone else's.
    static Context releasingBuffers(Context context) {
        return Operators.enableOnDiscard(context, TenantDatabase::releaseBuffer);
    }

    private static void releaseBuffer(Object discarded) {
        if (discarded instanceof ByteBuf) {
            ReferenceCountUtil.safeRelease(discarded);
        }
    }

    @SuppressWarnings("unchecked") // it never emits
    private static <T> Mono<T> nothing(Mono<Void> silent) {
        return (Mono<T>) (Mono<?>) silent;
    }
}
