package dev.rowhouse.app.edge;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * Lets what is under way go before what is new, where more requests come than can be looked at.
 *
 * <p>A connection to the database is read by the event loop of those who wait for its answers. An event loop reads from all
 * connections that have something, in turn: with hundreds of clients who ask at once, an answer of the database would wait for
 * hundreds of refusals, and the database for its next request. So an event loop looks at a few requests between two looks at
 * its connections; the bytes of the others wait here, in the order they came in.
 */
final class Lobby extends ChannelInboundHandlerAdapter {

    /** How many connections' bytes are let in at once, of those who come and then, at the least, of those who wait. */
    static final int AT_ONCE = 16;

    /** What part of those who wait is let in at once where that is more, so that nobody waits for long. */
    private static final int PART = 16;

    /** How many buffers of a connection wait: until it has been let in, nobody tells it to read no more. */
    static final int MOST_BUFFERS = 2;

    private static final FastThreadLocal<Room> ROOMS = new FastThreadLocal<>() {
        @Override
        protected Room initialValue() {
            return new Room();
        }
    };

    private final Queue<Object> messages = new ArrayDeque<>(MOST_BUFFERS);
    private boolean complete;
    private boolean waits;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var room = ROOMS.get();
        if (messages.isEmpty() && room.lets(context.executor())) {
            context.fireChannelRead(message);
            return;
        }
        messages.add(message);
        if (messages.size() > MOST_BUFFERS) {
            enter(context);
        } else if (!waits) {
            waits = true;
            room.await(context, this);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (messages.isEmpty()) {
            context.fireChannelReadComplete();
        } else {
            complete = true;
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        enter(context);
        context.fireUserEventTriggered(event);
    }

    // Whoever has gone takes no answer, so nobody needs to look for one.
    @Override
    public void channelInactive(ChannelHandlerContext context) {
        messages.forEach(ReferenceCountUtil::release);
        messages.clear();
        complete = false;
        context.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        enter(context);
    }

    private void enter(ChannelHandlerContext context) {
        for (var message = messages.poll(); message != null; message = messages.poll()) {
            context.fireChannelRead(message);
        }
        if (complete) {
            complete = false;
            context.fireChannelReadComplete();
        }
    }

    private record Waiting(ChannelHandlerContext context, Lobby lobby) {}

    /** Of one event loop. */
    private static final class Room {

        private final Queue<Waiting> waiting = new ArrayDeque<>();
        private int let;

        boolean lets(EventExecutor loop) {
            if (!waiting.isEmpty() || let == AT_ONCE) {
                return false;
            }
            if (let++ == 0) {
                // An event loop's tasks come after all that it has found on its connections.
                loop.execute(() -> let = 0);
            }
            return true;
        }

        void await(ChannelHandlerContext context, Lobby lobby) {
            if (waiting.isEmpty()) {
                context.executor().execute(() -> enter(context.executor()));
            }
            waiting.add(new Waiting(context, lobby));
        }

        private void enter(EventExecutor loop) {
            int most = Math.max(AT_ONCE, waiting.size() / PART);
            try {
                for (int n = 0; n < most && !waiting.isEmpty(); n++) {
                    var next = waiting.remove();
                    next.lobby().waits = false;
                    next.lobby().enter(next.context());
                }
            } finally {
                if (!waiting.isEmpty()) {
                    // Another task would run before the next look at the connections, one that is scheduled does not.
                    loop.schedule(() -> enter(loop), 0, TimeUnit.NANOSECONDS);
                }
            }
        }
    }
}
