package dev.rowhouse.app.edge;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection whose client falls silent in the middle of a request.
 *
 * <p>Silence counts only while the server reads: a body that waits because its rows wait, for a lock or for a connection, is
 * not its client's fault.
 */
final class SilentRequests extends ChannelInboundHandlerAdapter {

    private final long longest;
    private boolean inRequest;
    private boolean watched;
    private long heard;

    SilentRequests(Duration longest) {
        this.longest = longest.toNanos();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        heard = now(context);
        if (message instanceof HttpRequest) {
            inRequest = true;
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
        }
        var left = longest - (now - heard);
        if (left <= 0) {
            context.close();
        } else {
            watch(context, left);
        }
    }

    private static long now(ChannelHandlerContext context) {
        return context.executor().ticker().nanoTime();
    }
}
