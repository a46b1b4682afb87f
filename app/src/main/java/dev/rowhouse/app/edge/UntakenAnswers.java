package dev.rowhouse.app.edge;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection whose client takes nothing of what waits for it.
 *
 * <p>What counts is that something is taken, not how much: a client may be slow for as long as it likes. Where nothing waits,
 * as in a stream without news or between requests, there is nothing to take and no timer.
 */
final class UntakenAnswers extends ChannelOutboundHandlerAdapter {

    /** Looks in the time allowed: the end comes that much later than the time at most. */
    private static final int LOOKS = 5;

    private final long longest;
    private boolean watched;
    private int first;
    private long taken;
    private long moved;

    UntakenAnswers(Duration longest) {
        this.longest = longest.toNanos();
    }

    // What the socket takes at once has gone when this returns, and costs no timer.
    @Override
    public void flush(ChannelHandlerContext context) {
        context.flush();
        var waiting = waiting(context);
        if (waiting != null && !watched) {
            remember(context, waiting);
            watch(context);
        }
    }

    private void watch(ChannelHandlerContext context) {
        watched = true;
        context.executor().schedule(() -> look(context), longest / LOOKS, TimeUnit.NANOSECONDS);
    }

    private void look(ChannelHandlerContext context) {
        watched = false;
        var waiting = waiting(context);
        if (waiting == null) {
            return;
        }
        if (hasMoved(waiting)) {
            remember(context, waiting);
        } else if (now(context) - moved >= longest) {
            context.close();
            return;
        }
        watch(context);
    }

    private boolean hasMoved(ChannelOutboundBuffer waiting) {
        return System.identityHashCode(waiting.current()) != first || waiting.currentProgress() != taken;
    }

    // Not the message itself, which would be held beyond its end.
    private void remember(ChannelHandlerContext context, ChannelOutboundBuffer waiting) {
        first = System.identityHashCode(waiting.current());
        taken = waiting.currentProgress();
        moved = now(context);
    }

    private static @Nullable ChannelOutboundBuffer waiting(ChannelHandlerContext context) {
        var buffer = context.channel().unsafe().outboundBuffer();
        return buffer == null || buffer.current() == null ? null : buffer;
    }

    private static long now(ChannelHandlerContext context) {
        return context.executor().ticker().nanoTime();
    }
}
