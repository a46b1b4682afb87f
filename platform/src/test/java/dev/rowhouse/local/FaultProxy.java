package dev.rowhouse.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** A TCP proxy on the loopback interface whose network can be made to fail, and to work again, while connections are open. */
public final class FaultProxy implements AutoCloseable {

    private static final int BACKLOG = 128;

    private final ServerSocket entrance;
    private final InetSocketAddress target;
    private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicLong lost = new AtomicLong();
    private volatile Fault fault = new Fault.None();

    private FaultProxy(ServerSocket entrance, InetSocketAddress target) {
        this.entrance = entrance;
        this.target = target;
    }

    /** Opens a proxy to a port of this machine, whether anybody listens there or not. */
    public static FaultProxy to(int port) {
        return between(0, port);
    }

    /** Opens a proxy that listens on {@code entrance} and leads {@code to} another port of this machine. */
    public static FaultProxy between(int entrance, int to) {
        try {
            var loopback = InetAddress.getLoopbackAddress();
            var proxy =
                    new FaultProxy(new ServerSocket(entrance, BACKLOG, loopback), new InetSocketAddress(loopback, to));
            Thread.ofVirtual().name("fault-proxy-" + to).start(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return entrance.getLocalPort();
    }

    /**
     * Lets the network fail so from the next byte on. A connection that has lost bytes by the fault before is reset: what
     * came behind them would be another stream.
     */
    public void set(Fault next) {
        fault = next;
        connections.forEach(ProxiedConnection::endIfTorn);
    }

    public void heal() {
        set(new Fault.None());
    }

    /** Returns how many bytes were lost on the way so far. */
    public long lost() {
        return lost.get();
    }

    private void accept() {
        while (!entrance.isClosed()) {
            try {
                open(entrance.accept());
            } catch (IOException _) {
                // Closed, or the one who came was gone again.
            }
        }
    }

    private void open(Socket client) {
        var connection = new ProxiedConnection(client, new Socket(), () -> fault, lost);
        connections.add(connection);
        Thread.ofVirtual().start(() -> {
            connection.run(target);
            connections.remove(connection);
        });
    }

    @Override
    public void close() {
        try {
            entrance.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        connections.forEach(ProxiedConnection::reset);
    }
}
