package dev.rowhouse.local;

import dev.rowhouse.platform.postgres.PostgresEndpoint;
import dev.rowhouse.platform.postgres.PostgresLogin;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL with durable settings. {@link #shared} starts one per JVM, so that a module's tests pay for one start.
 *
 * <p>Every connection has to name a password: a login role that could come in without one would prove nothing.
 */
public final class PostgresServer implements Breakable, AutoCloseable {

    private static final String SUPERUSER = "postgres";
    private static final String PASSWORD_OF_TESTS = "only-for-tests";
    // Each new connection repeats them, a third of the work of some tests; nobody guesses what stands here.
    private static final String QUICK_LOGINS = "scram_iterations=1";
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

    private static final class Shared {
        private static final PostgresServer FIRST = start();
    }

    private final EmbeddedPostgres server;
    private final PostgresLogin superuser;
    private final Brake brake = new Brake();
    private final @Nullable Path passing;
    private @Nullable Path dataDirectory;

    /** @param passing the data that goes with the server */
    private PostgresServer(EmbeddedPostgres server, PostgresLogin superuser, @Nullable Path passing) {
        this.server = server;
        this.superuser = superuser;
        this.passing = passing;
    }

    /** Returns the JVM's server, started on first use; a server that cannot start fails the test. */
    public static PostgresServer shared() {
        return Shared.FIRST;
    }

    /** Starts a further server with an empty data directory on a free port; its data goes with it. */
    public static PostgresServer start() {
        try {
            var data = Files.createTempDirectory("postgres-");
            var server = FreshCluster.in(
                    data,
                    made -> start(
                            settings()
                                    .setPort(FreePort.any())
                                    .setLocaleConfig("set", QUICK_LOGINS)
                                    .setDataDirectory(data)
                                    .setCleanDataDirectory(false)
                                    .setRegisterShutdownHook(false)
                                    .setDataDirectoryCustomizer(made),
                            PASSWORD_OF_TESTS,
                            data));
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts a server that keeps its data in {@code directory}. One left over from an earlier run is stopped first; after a
     * crash PostgreSQL recovers by itself.
     *
     * @param preferredPort the next free one is taken where it is in use
     * @param password of the superuser, set when the directory is new
     */
    public static PostgresServer keeping(Path directory, int preferredPort, String password) {
        var data = directory.resolve("data");
        var initialized = directory.resolve("initialized");
        OrphanedServer.stop(data.resolve("postmaster.pid"), "postgres", data);
        if (!Files.exists(initialized)) {
            deleteAll(data);
        }
        var log = Redirect.appendTo(directory.resolve("server.log").toFile());
        try {
            Files.createDirectories(directory);
            var server = start(
                    settings()
                            .setPort(FreePort.from(preferredPort))
                            .setDataDirectory(data)
                            .setCleanDataDirectory(false)
                            .setRegisterShutdownHook(false)
                            .setOutputRedirector(log)
                            .setErrorRedirector(log),
                    password,
                    null);
            Files.writeString(initialized, "");
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // The library runs initdb with trust for everyone; later arguments win, so TCP asks for a password from the start.
    private static PostgresServer start(EmbeddedPostgres.Builder settings, String password, @Nullable Path passing) {
        try {
            var passwordFile = passwordFile(password);
            try {
                var server = settings.setLocaleConfig("locale", "C.UTF-8")
                        .setLocaleConfig("auth-host", "scram-sha-256")
                        .setLocaleConfig("pwfile", passwordFile.getPath())
                        .setConnectConfig("password", password)
                        .start();
                return new PostgresServer(server, new PostgresLogin(SUPERUSER, password), passing);
            } finally {
                Files.delete(passwordFile.toPath());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL does not start", e);
        }
    }

    private static EmbeddedPostgres.Builder settings() {
        return EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("max_connections", "300")
                .setServerConfig("max_locks_per_transaction", "256")
                .setServerConfig("shared_buffers", "128MB")
                .setServerConfig("wal_level", "logical")
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("unix_socket_directories", "")
                .setPGStartupWait(START_TIMEOUT);
    }

    private static File passwordFile(String password) throws IOException {
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        return Files.writeString(Files.createTempFile("postgres", ".password", ownerOnly), password)
                .toFile();
    }

    static void deleteAll(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (var files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public PostgresEndpoint endpoint(String database) {
        return new PostgresEndpoint("127.0.0.1", server.getPort(), database);
    }

    /** The superuser, who prepares a shard and is not used after that. */
    public PostgresLogin superuser() {
        return superuser;
    }

    /** Creates an empty database and returns where it is. */
    public PostgresEndpoint createDatabase(String name) {
        execute("CREATE DATABASE \"" + name + "\"");
        return endpoint(name);
    }

    /** Returns whether a database of this name exists. */
    public boolean hasDatabase(String name) {
        try (var connection = server.getPostgresDatabase().getConnection();
                var statement = connection.prepareStatement("SELECT 1 FROM pg_database WHERE datname = ?")) {
            statement.setString(1, name);
            try (var rows = statement.executeQuery()) {
                return rows.next();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the first column of a query's rows, asked as superuser in {@code database}. */
    public List<String> query(String database, String sql) {
        try (var connection = server.getDatabase(SUPERUSER, database).getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            var values = new ArrayList<String>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs SQL as superuser in the database {@code postgres}. */
    public void execute(String sql) {
        execute(SUPERUSER, sql);
    }

    /** Runs SQL as superuser in {@code database}. */
    public void execute(String database, String sql) {
        try (var connection = server.getDatabase(SUPERUSER, database).getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void pause() {
        brake.hold(postmaster());
    }

    @Override
    public void goOn() {
        brake.release();
    }

    @Override
    public void kill() {
        var postmaster = postmaster();
        // Held still, it starts nobody that would outlive it.
        brake.hold(postmaster);
        var all = Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(process -> process.onExit().join());
        brake.release();
    }

    // With the options that it was started with before, which pg_ctl finds in the data directory.
    @Override
    public void startAgain() {
        var data = dataDirectory();
        try {
            var options = Files.readString(data.resolve("postmaster.opts"));
            var pgCtl = Path.of(options.substring(0, options.indexOf(" \""))).resolveSibling("pg_ctl");
            var log = data.resolve("restarts.log").toString();
            var command = new ArrayList<String>();
            if (LinuxUtils.isUnshareAvailable()) {
                // As the library does for root, as whom PostgreSQL does not run.
                command.addAll(List.of("unshare", "-U"));
            }
            command.addAll(List.of(pgCtl.toString(), "restart", "-D", data.toString(), "-l", log));
            command.addAll(List.of("-w", "-t", Long.toString(START_TIMEOUT.toSeconds())));
            var status = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.DISCARD)
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new IOException("pg_ctl ended with status " + status + ", and " + log + " says why");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL does not start again", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private ProcessHandle postmaster() {
        try (var lines = Files.lines(dataDirectory().resolve("postmaster.pid"))) {
            var pid = Long.parseLong(lines.findFirst().orElseThrow().strip());
            return ProcessHandle.of(pid).orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized Path dataDirectory() {
        var known = dataDirectory;
        if (known == null) {
            known = Path.of(query(SUPERUSER, "SHOW data_directory").getFirst());
            dataDirectory = known;
        }
        return known;
    }

    @Override
    public void close() {
        brake.close();
        try {
            server.close();
            if (passing != null) {
                deleteAll(passing);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
