package dev.rowhouse.local;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** One connection through a {@link FaultProxy}, which asks for the fault with each piece that it passes on. */
final class ProxiedConnection {

    private static final int PIECE = 64 * 1024;

    private final Socket client;
    private final Socket server;
    private final Supplier<Fault> fault;
    private final AtomicLong lost;
    private volatile boolean torn;
    private volatile boolean deaf;
    private long answered;

    ProxiedConnection(Socket client, Socket server, Supplier<Fault> fault, AtomicLong lost) {
        this.client = client;
        this.server = server;
        this.fault = fault;
        this.lost = lost;
    }

    /** Passes on both ways until both have ended. */
    void run(InetSocketAddress target) {
        if (fault.get() instanceof Fault.Reset) {
            reset();
            return;
        }
        try {
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            server.connect(target);
        } catch (IOException _) {
            reset();
            return;
        }
        var answers = Thread.ofVirtual().start(() -> pump(server, client, false));
        pump(client, server, true);
        try {
            answers.join();
        } catch (InterruptedException _) {
            reset();
        }
        close();
    }

    void endIfTorn() {
        if (torn) {
            reset();
        }
    }

    void reset() {
        try {
            client.setSoLinger(true, 0);
            server.setSoLinger(true, 0);
        } catch (IOException _) {
            // Closed already.
        }
        close();
    }

    private void close() {
        for (var socket : new Socket[] {client, server}) {
            try {
                socket.close();
            } catch (IOException _) {
                // Then it is closed as well.
            }
        }
    }

    private void pump(Socket from, Socket to, boolean requests) {
        var buffer = new byte[PIECE];
        try {
            for (var many = from.getInputStream().read(buffer);
                    many >= 0;
                    many = from.getInputStream().read(buffer)) {
                pass(Arrays.copyOf(buffer, many), to, requests);
            }
            to.shutdownOutput();
        } catch (IOException _) {
            reset();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            reset();
        }
    }

    private void pass(byte[] piece, Socket to, boolean requests) throws IOException, InterruptedException {
        switch (fault.get()) {
            case Fault.None _ -> write(piece, to, requests);
            case Fault.Delay delay -> {
                Thread.sleep(delay.by());
                write(piece, to, requests);
            }
            case Fault.Slice slice -> {
                for (var from = 0; from < piece.length; from += slice.bytes()) {
                    write(Arrays.copyOfRange(piece, from, Math.min(piece.length, from + slice.bytes())), to, requests);
                    Thread.sleep(1);
                }
            }
            case Fault.BlackHole _ -> lose(piece);
            case Fault.Reset _ -> reset();
            case Fault.Cut cut -> cut(piece, to, requests, cut.afterBytes());
            case Fault.DropAnswers drop -> {
                deaf = deaf || requests && drop.request().test(piece);
                if (deaf && !requests) {
                    lose(piece);
                } else {
                    write(piece, to, requests);
                }
            }
        }
    }

    private void cut(byte[] piece, Socket to, boolean requests, long afterBytes) throws IOException {
        if (requests || answered + piece.length < afterBytes) {
            write(piece, to, requests);
            return;
        }
        var rest = (int) Math.max(0, afterBytes - answered);
        write(Arrays.copyOf(piece, rest), to, false);
        to.shutdownOutput();
        close();
    }

    private void lose(byte[] piece) {
        torn = true;
        lost.addAndGet(piece.length);
    }

    private void write(byte[] piece, Socket to, boolean requests) throws IOException {
        to.getOutputStream().write(piece);
        answered += requests ? 0 : piece.length;
    }
}
