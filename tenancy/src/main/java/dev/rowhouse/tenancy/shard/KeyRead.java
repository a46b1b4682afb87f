package dev.rowhouse.tenancy.shard;

import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.RoleName;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;

/** One read by key on its way: it ends once, by its answer, by being declined or because whoever asked went away. */
final class KeyRead implements Subscription {

    private enum State {
        NEW,
        WAITING,
        ENDED
    }

    private final KeyReads reads;
    private final HouseId house;
    private final RoleName role;
    private final Statement statement;
    private final StatementTime time;
    private final CoreSubscriber<? super ByteBuf> actual;
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
    private boolean repeated;

    KeyRead(
            KeyReads reads,
            HouseId house,
            RoleName role,
            Statement statement,
            StatementTime time,
            CoreSubscriber<? super ByteBuf> actual) {
        this.reads = reads;
        this.house = house;
        this.role = role;
        this.statement = statement;
        this.time = time;
        this.actual = actual;
    }

    HouseId house() {
        return house;
    }

    RoleName role() {
        return role;
    }

    Statement statement() {
        return statement;
    }

    void used(long nanos) {
        time.used(house, nanos, statement.sql());
    }

    /** Says so once, to whoever has sent it. */
    boolean mayBeRepeated() {
        var first = !repeated;
        repeated = true;
        return first && state.get() == State.WAITING;
    }

    /** Says whether the row was read as the role that this read is for. */
    boolean isAnsweredBy(@Nullable ByteBuf[] columns) {
        var asker = columns.length == 2 ? columns[1] : null;
        return asker != null
                && ByteBufUtil.equals(asker, Unpooled.wrappedBuffer(role.value().getBytes(StandardCharsets.UTF_8)));
    }

    /** @param body is given away; empty where nothing matched */
    void answer(ByteBuf body) {
        if (end()) {
            actual.onNext(body);
            actual.onComplete();
        } else {
            ReferenceCountUtil.release(body);
        }
    }

    /** Leaves the read to someone else. */
    void decline() {
        if (end()) {
            actual.onComplete();
        }
    }

    private boolean end() {
        return state.compareAndSet(State.WAITING, State.ENDED);
    }

    @Override
    public void request(long count) {
        if (Operators.validate(count) && state.compareAndSet(State.NEW, State.WAITING)) {
            reads.enter(this);
        }
    }

    @Override
    public void cancel() {
        if (state.getAndSet(State.ENDED) == State.WAITING) {
            reads.leave(this);
        }
    }
}
