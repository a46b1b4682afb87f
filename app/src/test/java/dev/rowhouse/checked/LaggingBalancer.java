package dev.rowhouse.checked;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Gives each new connection to one of the instances that were ready a while ago, in turn, and tries no other one: a balancer
 * of a cluster, whose nodes learn late of what became of an instance.
 */
final class LaggingBalancer implements AutoCloseable {

    private static final Duration LOOK = Duration.ofMillis(200);

    private final ServerSocket server;
    private final List<Instance> instances;
    private final Duration lag;
    private final Map<Instance, Boolean> ready = new ConcurrentHashMap<>();
    private final AtomicInteger turn = new AtomicInteger();
    private final ExecutorService connections = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService looking = Executors.newScheduledThreadPool(2);
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();

    /** By its ports; at that of management it tells whether it is ready. */
    record Instance(int port, int managementPort) {}

    /** @param lag between a change and its effect here */
    LaggingBalancer(List<Instance> instances, Duration lag) {
        this.instances = instances;
        this.lag = lag;
        try {
            server = new ServerSocket(0, 512, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (var instance : instances) {
            var unused =
                    looking.scheduleWithFixedDelay(() -> look(instance), 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
        }
        connections.execute(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Says whether new connections come to the instance. */
    boolean uses(Instance instance) {
        return ready.getOrDefault(instance, false);
    }

    private void look(Instance instance) {
        boolean found = isReady(instance);
        var unused = looking.schedule(() -> ready.put(instance, found), lag.toMillis(), TimeUnit.MILLISECONDS);
    }

    private boolean isReady(Instance instance) {
        var request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + instance.managementPort() + "/actuator/health/readiness"))
                .timeout(Duration.ofSeconds(2))
                .build();
        try {
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var client = server.accept();
                connections.execute(() -> join(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void join(Socket client) {
        var candidates = instances.stream().filter(this::uses).toList();
        if (candidates.isEmpty()) {
            close(client);
            return;
        }
        int port = candidates
                .get(Math.floorMod(turn.getAndIncrement(), candidates.size()))
                .port();
        var instance = new Socket();
        try {
            instance.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            connections.execute(() -> pump(instance, client));
            pump(client, instance);
        } catch (IOException e) {
            close(client);
            close(instance);
        }
    }

    private static void pump(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // Whichever of the two broke, both end.
        } finally {
            close(from);
            close(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        looking.shutdownNow();
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        connections.shutdownNow();
        http.close();
    }
}
