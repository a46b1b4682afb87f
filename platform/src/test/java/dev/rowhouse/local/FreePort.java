package dev.rowhouse.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Finds ports on the loopback interface that nobody listens on. */
public final class FreePort {

    private static final int TRIES = 100;

    private FreePort() {}

    /** Returns {@code preferred}, or the next port above it that is free. */
    public static int from(int preferred) {
        for (int port = preferred; port < preferred + TRIES; port++) {
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port from " + preferred + " to " + (preferred + TRIES - 1));
    }

    /** Returns any free port. */
    public static int any() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException("no free port", e);
        }
    }

    // Both addresses are asked for: a server on all interfaces leaves the loopback address free to bind on some
    // systems.
    private static boolean isFree(int port) {
        return binds(new InetSocketAddress(port))
                && binds(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    private static boolean binds(InetSocketAddress address) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(address);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
