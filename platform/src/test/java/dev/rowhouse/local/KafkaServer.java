package dev.rowhouse.local;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/** A real Kafka of one node, broker and controller in this JVM, sized for a developer's machine. */
public final class KafkaServer implements AutoCloseable {

    private static final int NODE = 1;
    private static final String CONTROLLER = "CONTROLLER";
    private static final List<String> INTERNAL_TOPICS =
            List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic");

    private static final class Shared {
        private static final KafkaServer FIRST = start();
    }

    private final KafkaRaftServer server;
    private final int port;

    private KafkaServer(KafkaRaftServer server, int port) {
        this.server = server;
        this.port = port;
    }

    /** Returns the JVM's server, started on first use. */
    public static KafkaServer shared() {
        return Shared.FIRST;
    }

    private static KafkaServer start() {
        try {
            var directory = Files.createTempDirectory("kafka");
            var server = keeping(directory, FreePort.any());
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                server.close();
                PostgresServer.deleteAll(directory);
            }));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts a server that keeps its topics in {@code directory}.
     *
     * @param preferredPort the next free one is taken where it is in use
     */
    public static KafkaServer keeping(Path directory, int preferredPort) {
        int port = FreePort.from(preferredPort);
        return start(directory, port, port);
    }

    /** Starts a server on {@code port} whose clients reach it through {@code proxy}, wherever they begin. */
    public static KafkaServer behind(FaultProxy proxy, int port, Path directory) {
        return start(directory, port, proxy.port());
    }

    /**
     * Starts a server that keeps its topics in {@code directory} and listens on {@code port}.
     *
     * @param advertisedPort where it sends its clients to
     */
    static KafkaServer start(Path directory, int port, int advertisedPort) {
        int controllerPort = FreePort.from(port + 1);
        format(directory);
        var settings = settings(directory, port, advertisedPort, controllerPort);
        var server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
        server.startup();
        return new KafkaServer(server, port);
    }

    private static void format(Path directory) {
        if (Files.exists(directory.resolve("meta.properties"))) {
            return;
        }
        try {
            Files.createDirectories(directory);
            new Formatter()
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
                    .setClusterId(Uuid.randomUuid().toString())
                    .setNodeId(NODE)
                    .setControllerListenerName(CONTROLLER)
                    .setMetadataLogDirectory(directory.toString())
                    .addDirectory(directory.toString())
                    .run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Exception e) {
            throw new IllegalStateException("Kafka's directory cannot be formatted", e);
        }
    }

    private static Map<String, Object> settings(Path directory, int port, int advertisedPort, int controllerPort) {
        var broker = "PLAINTEXT://127.0.0.1:" + port;
        var settings = new HashMap<String, Object>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", Integer.toString(NODE));
        settings.put("controller.quorum.voters", NODE + "@127.0.0.1:" + controllerPort);
        settings.put("controller.listener.names", CONTROLLER);
        settings.put("listeners", broker + "," + CONTROLLER + "://127.0.0.1:" + controllerPort);
        settings.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + advertisedPort);
        settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put("log.dirs", directory.toString());
        // With one node, what is replicated three times by default would wait for nodes that never come.
        INTERNAL_TOPICS.forEach(topic -> settings.put(topic + ".replication.factor", "1"));
        INTERNAL_TOPICS.forEach(topic -> settings.put(topic + ".num.partitions", "4"));
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
        settings.put("group.initial.rebalance.delay.ms", "0");
        // After a kill the node waits until its former self is given up: by default nine seconds.
        settings.put("broker.session.timeout.ms", "2000");
        settings.put("broker.heartbeat.interval.ms", "500");
        // The defaults are for a server of its own: 128 MiB for the cleaner, eight and three threads.
        settings.put("log.cleaner.dedupe.buffer.size", "2097152");
        settings.put("log.cleaner.io.buffer.size", "65536");
        settings.put("num.io.threads", "2");
        settings.put("num.network.threads", "1");
        settings.put("background.threads", "2");
        return settings;
    }

    public int port() {
        return port;
    }

    /** Returns the address that clients begin with. */
    public String bootstrapServer() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}
