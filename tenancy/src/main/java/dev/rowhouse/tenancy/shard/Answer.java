package dev.rowhouse.tenancy.shard;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.r2dbc.spi.Row;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/** The answer of one read on its way: takes the JSON out of the rows and knows whether any came. */
final class Answer {

    /** Stands for the one row with a null body, which says that the role was right and nothing matched. */
    private static final ByteBuf NOTHING = Unpooled.EMPTY_BUFFER;

    // In all, with a receiver who does not take the next row: the connection is lent meanwhile.
    private static final long PATIENCE = Duration.ofSeconds(30).toNanos();

    private final boolean headed;
    private volatile boolean begun;
    private @Nullable ByteBuf head;
    private final AtomicLong wanted = new AtomicLong();
    private volatile long patience = PATIENCE;
    private volatile long waitsSince;

    Answer(boolean headed) {
        this.headed = headed;
    }

    /** Says whether a row has arrived; from then on the read cannot be run again. */
    boolean hasBegun() {
        return begun;
    }

    /** Runs the statement and emits its JSON; the buffers belong to the subscriber. No row at all means another role. */
    Flux<ByteBuf> of(Backend backend, Statement statement) {
        var bodies = backend.execute(statement).concatMap(result -> result.map((row, _) -> body(backend, row)), 0);
        var rows = headed ? bodies.switchOnFirst((_, all) -> head == null ? all : all.startWith(head)) : bodies;
        return rows.switchIfEmpty(Flux.error(ShardError.RoleMismatch::new)).filter(part -> part != NOTHING);
    }

    /** Has the connection know when it waits for the receiver of {@code rows}, for whom there is patience, but not for ever. */
    Flux<ByteBuf> watched(Backend backend, Flux<ByteBuf> rows) {
        return rows.doOnRequest(more -> asked(backend, more)).doOnNext(_ -> given(backend));
    }

    private void asked(Backend backend, long more) {
        if (wanted.getAndAccumulate(more, Operators::addCap) == 0 && begun) {
            patience -= System.nanoTime() - waitsSince;
            backend.answered();
        }
    }

    private void given(Backend backend) {
        if (wanted.updateAndGet(open -> open == Long.MAX_VALUE ? open : open - 1) == 0) {
            var now = System.nanoTime();
            waitsSince = now;
            backend.waitsForReceiver(now, patience);
            if (wanted.get() > 0) {
                backend.answered();
            }
        }
    }

    private ByteBuf body(Backend backend, Row row) {
        var first = !begun;
        if (first) {
            begun = true;
            backend.answered();
        }
        if (first && headed) {
            // These two may wait for someone to ask for them. On the heap they cannot be lost.
            head = onHeap(row, 1);
            return Objects.requireNonNullElse(onHeap(row, 0), NOTHING);
        }
        return Objects.requireNonNullElse(row.get(0, ByteBuf.class), NOTHING);
    }

    private static @Nullable ByteBuf onHeap(Row row, int column) {
        var bytes = row.get(column, byte[].class);
        return bytes == null ? null : Unpooled.wrappedBuffer(bytes);
    }
}
