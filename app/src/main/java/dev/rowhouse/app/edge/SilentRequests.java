package dev.rowhouse.app.edge;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection whose client falls silent in the middle of a request, or lets a body trickle that has to be held whole.
 *
 * <p>Neither counts but while the server reads: a body that waits because its rows wait, for a lock or for a connection, is
 * not its client's fault. Imports of rows that go on as they come may be as slow as their source.
 */
final class SilentRequests extends ChannelInboundHandlerAdapter {

    private final long longest;
    private final long window;
    private final long leastInWindow;
    private boolean inRequest;
    private boolean mayTrickle;
    private boolean watched;
    private long heard;
    private long windowBegan;
    private long inWindow;

    /** @param leastInWindow bytes of a body that have to come in each {@code window} */
    SilentRequests(Duration longest, Duration window, long leastInWindow) {
        this.longest = longest.toNanos();
        this.window = window.toNanos();
        this.leastInWindow = leastInWindow;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        heard = now(context);
        if (message instanceof HttpRequest request) {
            inRequest = true;
            mayTrickle = isImport(request);
            beginWindow(heard);
        }
        if (message instanceof HttpContent content) {
            inWindow += content.content().readableBytes();
        }
        if (message instanceof LastHttpContent) {
            inRequest = false;
        }
        context.fireChannelRead(message);
    }

    // A request that came in one piece is over by now, and costs no timer.
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (inRequest && !watched) {
            watch(context, longest);
        }
        context.fireChannelReadComplete();
    }

    private void watch(ChannelHandlerContext context, long nanoseconds) {
        watched = true;
        context.executor().schedule(() -> look(context), nanoseconds, TimeUnit.NANOSECONDS);
    }

    private void look(ChannelHandlerContext context) {
        watched = false;
        if (!inRequest || !context.channel().isActive()) {
            return;
        }
        var now = now(context);
        if (!context.channel().config().isAutoRead()) {
            heard = now;
            beginWindow(now);
        }
        var left = longest - (now - heard);
        if (left <= 0 || trickles(now)) {
            context.close();
        } else {
            watch(context, left);
        }
    }

    // Looks come more often than windows end; the average is over the time that a window took until one came.
    private boolean trickles(long now) {
        var took = now - windowBegan;
        if (mayTrickle || took < window) {
            return false;
        }
        var least = (double) leastInWindow * took / window;
        if (inWindow < least) {
            return true;
        }
        beginWindow(now);
        return false;
    }

    private void beginWindow(long now) {
        windowBegan = now;
        inWindow = 0;
    }

    private static boolean isImport(HttpRequest request) {
        var uri = request.uri();
        var query = uri.indexOf('?');
        return LimitsFilter.isStreamingImport(
                query < 0 ? uri : uri.substring(0, query), request.headers().get(HttpHeaderNames.CONTENT_TYPE));
    }

    private static long now(ChannelHandlerContext context) {
        return context.executor().ticker().nanoTime();
    }
}
