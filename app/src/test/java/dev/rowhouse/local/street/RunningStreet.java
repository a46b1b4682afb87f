package dev.rowhouse.local.street;

import dev.rowhouse.app.RowhouseApplication;
import dev.rowhouse.local.FreePort;
import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.platform.postgres.PostgresEndpoint;
import java.nio.channels.FileLock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The servers and the application of one local run, from the first line on the screen to the last. */
final class RunningStreet implements AutoCloseable {

    private static final int USUAL_HTTP_PORT = 8080;
    private static final int USUAL_MANAGEMENT_PORT = 9090;
    private static final String CONTROL_DATABASE = "rowhouse_control";
    private static final String SHARD_DATABASE = "rowhouse";
    private static final List<String> EXTENSIONS = List.of("pg_trgm");
    private static final int LANES = 4;

    private final StreetProgress progress;
    private final StreetSecrets secrets;
    private final FileLock lock;
    private final StreetServers servers;
    private final StreetFaults faults;
    private volatile @Nullable ConfigurableApplicationContext application;

    private RunningStreet(StreetFolder folder, StreetProgress progress) {
        this.progress = progress;
        this.lock = folder.lock();
        this.secrets = StreetSecrets.keptIn(folder, System.getenv());
        this.servers = StreetServers.start(folder, secrets, progress);
        this.faults = new StreetFaults(servers.waysToFail());
    }

    /** Brings up the street and returns when it has answered. Whatever ends the JVM in good order stops all of it. */
    static RunningStreet start(StreetFolder folder, StreetProgress progress) {
        progress.print("Rowhouse: a street of two shards comes up. It keeps its data in " + folder.path());
        var street = new RunningStreet(folder, progress);
        Runtime.getRuntime().addShutdownHook(new Thread(street::close, "street-closer"));
        street.bringUp(folder);
        return street;
    }

    private void bringUp(StreetFolder folder) {
        var first = servers.firstShard();
        database(first, CONTROL_DATABASE);
        int port = FreePort.from(USUAL_HTTP_PORT);
        int managementPort = FreePort.from(USUAL_MANAGEMENT_PORT);
        application = startApplication(port, managementPort);
        progress.listening("Rowhouse", port, USUAL_HTTP_PORT);

        var client = new StreetClient("http://localhost:" + port, secrets.operatorToken());
        register(client, "shard-1", first);
        register(client, "shard-2", servers.secondShard());
        var tenants = new FirstTenants(client, KeptSecrets.in(folder, "tenants", System.getenv()), progress);
        var keys = tenants.moveIn();
        keys.forEach((tenant, pair) ->
                client.read(tenant, "genre?limit=1", pair.secret()).orFail("the first read of " + tenant));
        progress.line("tenants are served");
        servers.kafka();
        progress.print(StreetBanner.text(client, managementPort, secrets, keys, progress.elapsed()));
    }

    private ConfigurableApplicationContext startApplication(int port, int managementPort) {
        var springApplication = new SpringApplication(RowhouseApplication.class);
        springApplication.setRegisterShutdownHook(false);
        springApplication.setBannerMode(Banner.Mode.OFF);
        springApplication.setAdditionalProfiles("local");
        springApplication.addInitializers(
                context -> context.getBeanFactory().registerSingleton("faultInjector", faults));
        var arguments = settings(port, managementPort).entrySet().stream()
                .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                .toArray(String[]::new);
        return springApplication.run(arguments);
    }

    private Map<String, String> settings(int port, int managementPort) {
        return StreetSettings.of(
                port,
                managementPort,
                servers.firstShard().endpoint(CONTROL_DATABASE),
                servers.firstShard().superuser(),
                servers.redis(),
                servers.kafkaAddress(),
                secrets);
    }

    // At each start: a port may have changed, and preparing a prepared shard changes nothing.
    private static void register(StreetClient client, String name, PostgresServer server) {
        client.register(name, database(server, SHARD_DATABASE), server.superuser(), LANES, EXTENSIONS);
    }

    private static PostgresEndpoint database(PostgresServer server, String name) {
        return server.hasDatabase(name) ? server.endpoint(name) : server.createDatabase(name);
    }

    @Override
    public void close() {
        progress.print("\nStopping …");
        faults.close();
        var running = application;
        if (running != null) {
            running.close();
        }
        servers.close();
        progress.print(lock.isValid() ? "Stopped. The data is kept; the next start is faster." : "Stopped.");
    }
}
