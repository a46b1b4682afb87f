package dev.rowhouse.app.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** In what order the bytes of connections are let in that one event loop reads from. */
class LobbyTest {

    private static final int MANY = 3 * Lobby.AT_ONCE;

    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final List<Channel> connections =
            IntStream.range(0, MANY).mapToObj(this::connection).toList();

    private Channel connection(int number) {
        var channel = new NioSocketChannel();
        channel.config().setAutoRead(false);
        channel.pipeline().addLast(new Lobby(), new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                seen.add(number + ": " + message);
                ReferenceCountUtil.release(message);
            }

            @Override
            public void channelReadComplete(ChannelHandlerContext context) {
                seen.add(number + " complete");
            }

            @Override
            public void userEventTriggered(ChannelHandlerContext context, Object event) {
                seen.add(number + " " + event);
            }

            @Override
            public void channelInactive(ChannelHandlerContext context) {
                seen.add(number + " closed");
            }
        });
        loops.register(channel).syncUninterruptibly();
        return channel;
    }

    @AfterEach
    void close() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** Does all of it between two looks of the event loop at its connections. */
    private List<String> inOneTurn(Runnable work) {
        return loops.submit(() -> {
                    work.run();
                    return List.copyOf(seen);
                })
                .syncUninterruptibly()
                .getNow();
    }

    private static void read(Channel connection, Object message) {
        connection.pipeline().fireChannelRead(message);
        connection.pipeline().fireChannelReadComplete();
    }

    private void waitFor(String last) {
        await().until(() -> seen.contains(last));
        inOneTurn(() -> {});
    }

    private static List<String> messages(List<String> seen) {
        return seen.stream().filter(one -> one.contains(":")).toList();
    }

    private static String[] requests(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(number -> number + ": request")
                .toArray(String[]::new);
    }

    private List<String> ofLast() {
        return List.copyOf(seen).stream()
                .filter(one -> one.startsWith(Integer.toString(MANY - 1)))
                .toList();
    }

    @Test
    void aFewAreLetInAtOnceAndTheOthersInTheirOrder() {
        var atOnce = inOneTurn(() -> connections.forEach(connection -> read(connection, "request")));
        waitFor(MANY - 1 + " complete");

        assertThat(messages(atOnce)).containsExactly(requests(0, Lobby.AT_ONCE));
        assertThat(messages(seen)).containsExactly(requests(0, MANY));
    }

    @Test
    void eachTurnLetsInAsManyAgain() {
        var some = connections.subList(0, Lobby.AT_ONCE);
        var first = inOneTurn(() -> some.forEach(connection -> read(connection, "request")));
        inOneTurn(() -> {});
        var second = inOneTurn(() -> some.forEach(connection -> read(connection, "request")));

        assertThat(messages(first)).hasSize(Lobby.AT_ONCE);
        assertThat(messages(second)).hasSize(2 * Lobby.AT_ONCE);
    }

    @Test
    void whatAConnectionSendsKeepsItsOrder() {
        var last = connections.getLast();
        inOneTurn(() -> {
            connections.forEach(connection -> read(connection, "request"));
            read(last, "more");
            last.pipeline().fireUserEventTriggered("event");
            read(last, "most");
        });
        waitFor(MANY - 1 + ": most");

        assertThat(ofLast())
                .containsExactly(
                        MANY - 1 + ": request",
                        MANY - 1 + ": more",
                        MANY - 1 + " complete",
                        MANY - 1 + " event",
                        MANY - 1 + ": most",
                        MANY - 1 + " complete");
    }

    @Test
    void whoSendsMuchIsLetInBeforeItPilesUp() {
        var last = connections.getLast();
        var much = inOneTurn(() -> {
            connections.forEach(connection -> read(connection, "request"));
            for (int n = 0; n < Lobby.MOST_BUFFERS; n++) {
                last.pipeline().fireChannelRead("more");
            }
        });

        assertThat(messages(much).subList(Lobby.AT_ONCE, messages(much).size()))
                .containsExactly(MANY - 1 + ": request", MANY - 1 + ": more", MANY - 1 + ": more");
    }

    @Test
    void nobodyLooksAtWhatWasSentByWhoHasGone() {
        var bytes = Unpooled.buffer().writeByte(1);
        inOneTurn(() -> {
            connections.forEach(connection -> read(connection, "request"));
            read(connections.getLast(), bytes);
            connections.getLast().pipeline().fireChannelInactive();
        });
        waitFor(MANY - 2 + " complete");

        assertThat(ofLast()).containsExactly(MANY - 1 + " closed");
        assertThat(bytes.refCnt()).isZero();
    }

    @Test
    void whoeverLeavesTheLobbyTakesTheBytesAlong() {
        var bytes = Unpooled.buffer().writeByte(1);
        inOneTurn(() -> {
            connections.forEach(connection -> read(connection, "request"));
            read(connections.getLast(), bytes);
            connections.getLast().pipeline().remove(Lobby.class);
        });

        assertThat(bytes.refCnt()).isZero();
        assertThat(ofLast()).hasSize(3);
    }
}
