package dev.rowhouse.local.street;

import dev.rowhouse.local.FaultProxy;
import dev.rowhouse.local.FreePort;
import dev.rowhouse.local.KafkaServer;
import java.nio.file.Path;

/** Kafka in this process, behind a proxy whose network can fail; it can be stopped and started over the same topics. */
final class StreetKafka implements AutoCloseable {

    private static final int BEHIND = 10;

    private final Path directory;
    private final int port;
    private final FaultProxy proxy;
    private volatile KafkaServer server;

    private StreetKafka(Path directory, FaultProxy proxy, int port) {
        this.directory = directory;
        this.port = port;
        this.proxy = proxy;
        this.server = KafkaServer.behind(proxy, port, directory);
    }

    /** @param entrance the port that clients are told */
    static StreetKafka keeping(Path directory, int entrance) {
        int port = FreePort.from(entrance + BEHIND);
        return new StreetKafka(directory, FaultProxy.between(entrance, port), port);
    }

    FaultProxy proxy() {
        return proxy;
    }

    int port() {
        return proxy.port();
    }

    void stop() {
        server.close();
    }

    void start() {
        server = KafkaServer.behind(proxy, port, directory);
    }

    @Override
    public void close() {
        server.close();
        proxy.close();
    }
}
