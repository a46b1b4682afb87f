package dev.rowhouse.app.data;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

/**
 * Gathers rows into {@link Chunk}s of at least 16 KiB, with brackets around and separators between, without decoding a row.
 *
 * <p>An answer smaller than that is one chunk, emitted when the last row has come, so an error before it can still become
 * a problem. Rows are asked for in batches, of which a client that takes nothing holds {@value #HELD} bytes and what one batch of
 * rows as large as those before has; whatever is left when it goes away is released.
 */
final class RowChunks implements CoreSubscriber<ByteBuf>, Subscription {

    static final int CHUNK_SIZE = 16 * 1024;

    private static final int ROWS = 64;
    private static final int PARTS = 4;
    // Small enough for many clients, and large enough that most answers wait for a client here and not in the database.
    private static final int HELD = 256 * 1024;
    private static final int FIRST_CAPACITY = 512;

    private final CoreSubscriber<? super Chunk> client;
    private final ByteBufAllocator allocator;
    private final Layout layout;
    private final int batch;
    private final Queue<ByteBuf> rows;
    private final AtomicInteger asked = new AtomicInteger(1);
    private final AtomicLong arrived = new AtomicLong();
    private final AtomicLong arrivedBytes = new AtomicLong();
    private final AtomicInteger drains = new AtomicInteger();
    private final AtomicLong demand = new AtomicLong();
    private Subscription database = Operators.emptySubscription();
    private volatile boolean ended;
    private volatile boolean cancelled;
    private @Nullable Throwable failure;

    // Touched inside of the drain loop only.
    private long takenBytes;
    private @Nullable ByteBuf chunk;
    private long count;
    private boolean finished;

    private RowChunks(CoreSubscriber<? super Chunk> client, ByteBufAllocator allocator, Layout layout, int batch) {
        this.client = client;
        this.allocator = allocator;
        this.layout = layout;
        this.batch = batch;
        this.rows = Queues.<ByteBuf>unbounded(batch).get();
    }

    /** Emits {@code rows} as chunks; there is always a last one, also without any row. */
    static Flux<Chunk> of(Flux<ByteBuf> rows, ByteBufAllocator allocator, Layout layout) {
        return of(rows, allocator, layout, ROWS);
    }

    /** Does the same with values of which each is many rows, so nobody counts them. */
    static Flux<Chunk> ofParts(Flux<ByteBuf> parts, ByteBufAllocator allocator, Layout layout) {
        return of(parts, allocator, layout, PARTS);
    }

    private static Flux<Chunk> of(Flux<ByteBuf> rows, ByteBufAllocator allocator, Layout layout, int batch) {
        return rows.transform(
                Operators.<ByteBuf, Chunk>lift((_, client) -> new RowChunks(client, allocator, layout, batch)));
    }

    @Override
    public Context currentContext() {
        return client.currentContext();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        database = subscription;
        client.onSubscribe(this);
        // How large they are nobody knows before the first.
        subscription.request(1);
    }

    @Override
    public void onNext(ByteBuf row) {
        arrivedBytes.addAndGet(row.readableBytes());
        arrived.incrementAndGet();
        rows.add(row);
        asked.decrementAndGet();
        drain();
    }

    @Override
    public void onError(Throwable error) {
        failure = error;
        ended = true;
        drain();
    }

    @Override
    public void onComplete() {
        ended = true;
        drain();
    }

    @Override
    public void request(long chunks) {
        demand.accumulateAndGet(chunks, Operators::addCap);
        drain();
    }

    @Override
    public void cancel() {
        cancelled = true;
        database.cancel();
        drain();
    }

    // One thread at a time: rows come on the database's event loop, demand on the client's.
    private void drain() {
        if (drains.getAndIncrement() != 0) {
            return;
        }
        var seen = 1;
        do {
            while (step()) {
                // until there is nothing to do
            }
            ask();
            seen = drains.addAndGet(-seen);
        } while (seen != 0);
    }

    private void ask() {
        var open = asked.get();
        if (open > batch / 4 || ended || cancelled || finished) {
            return;
        }
        var gathered = chunk == null ? 0 : chunk.readableBytes();
        var room = HELD - gathered - (arrivedBytes.get() - takenBytes);
        var more = Math.min(batch, room * arrived.get() / Math.max(1, arrivedBytes.get())) - open;
        if (more > 0 || open == 0 && room > 0) {
            var next = (int) Math.max(1, more);
            asked.addAndGet(next);
            database.request(next);
        }
    }

    private boolean step() {
        if (cancelled || finished) {
            discard();
            return false;
        }
        if (isFull()) {
            return emit(false);
        }
        var wasEnded = ended;
        var row = rows.poll();
        if (row != null) {
            take(row);
            return true;
        }
        return wasEnded && end();
    }

    private boolean isFull() {
        return chunk != null && chunk.readableBytes() >= CHUNK_SIZE;
    }

    private void take(ByteBuf row) {
        takenBytes += row.readableBytes();
        try {
            var target = target(row.readableBytes());
            target.writeBytes(count == 0 ? layout.before() : layout.between()).writeBytes(row);
            count++;
        } finally {
            row.release();
        }
    }

    private boolean end() {
        if (failure != null) {
            finished = true;
            discard();
            client.onError(failure);
            return false;
        }
        if (demand.get() == 0) {
            return false;
        }
        var target = target(0);
        if (count == 0) {
            target.writeBytes(layout.before());
        }
        target.writeBytes(layout.after(count));
        emit(true);
        finished = true;
        client.onComplete();
        return false;
    }

    private boolean emit(boolean last) {
        var full = chunk;
        if (full == null || demand.get() == 0) {
            return false;
        }
        chunk = null;
        demand.updateAndGet(open -> open == Long.MAX_VALUE ? open : open - 1);
        client.onNext(new Chunk(full, known(), last));
        return true;
    }

    private @Nullable Long known() {
        return batch == PARTS && count > 0 ? null : Long.valueOf(count);
    }

    private ByteBuf target(int rowSize) {
        var target = chunk;
        if (target == null) {
            target = allocator.buffer(Math.max(FIRST_CAPACITY, rowSize + 2));
            chunk = target;
        }
        return target;
    }

    private void discard() {
        if (chunk != null) {
            chunk.release();
            chunk = null;
        }
        for (var row = rows.poll(); row != null; row = rows.poll()) {
            row.release();
        }
    }
}
