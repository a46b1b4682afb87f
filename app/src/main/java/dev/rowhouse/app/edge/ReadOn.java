package dev.rowhouse.app.edge;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.LastHttpContent;

/**
 * Reads on from a connection after each answer.
 *
 * <p>Reactor Netty 1.3.6 reads on demand and forgets to ask again when the next request has come before the one before it had
 * ended: that connection is never read from again (reactor-netty issue 4361). Asking once too often does no harm.
 */
@Sharable
final class ReadOn extends ChannelDuplexHandler {

    static final ReadOn INSTANCE = new ReadOn();

    private ReadOn() {}

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (!(message instanceof LastHttpContent)) {
            context.write(message, promise);
            return;
        }
        // Not at once: by then the request that waits has been taken out of the queue.
        context.write(
                message, promise.unvoid().addListener(_ -> context.executor().execute(context::read)));
    }
}
