package dev.rowhouse.bench;

import dev.rowhouse.platform.postgres.PostgresEndpoint;
import dev.rowhouse.platform.postgres.PostgresLogin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The limit: pgbench with prepared statements runs what the product sends, as a house's service role, with no application
 * at all. A transaction ends with a bare {@code COMMIT}; that the product also cleans the session is its own cost.
 */
final class Limit {

    private static final int THREADS = 2;

    private final PostgresEndpoint shard;
    private final PostgresLogin superuser;
    private final Path workDirectory;

    Limit(PostgresEndpoint shard, PostgresLogin superuser, Path workDirectory) {
        this.shard = shard;
        this.superuser = superuser;
        this.workDirectory = workDirectory;
    }

    static boolean isInstalled() {
        return Tool.isInstalled("pgbench");
    }

    /** Percentiles come from the log of each transaction, whose third field is its time in microseconds. */
    Sample run(Scenario scenario, ProductStatement statement, int connections, int seconds) {
        deleteLogs();
        var command = new ArrayList<>(List.of("pgbench", "-n", "-M", "prepared"));
        command.addAll(List.of("-h", shard.host(), "-p", Integer.toString(shard.port()), "-U", superuser.user()));
        command.addAll(List.of("-c", Integer.toString(connections), "-j", Integer.toString(THREADS)));
        command.addAll(List.of("-T", Integer.toString(seconds)));
        command.addAll(List.of("-l", "--log-prefix=" + workDirectory.resolve("pgbench")));
        for (int i = 0; i < statement.values().size(); i++) {
            if (scenario.values().get(i).isEmpty()) {
                command.addAll(
                        List.of("-D", variable(i) + "=" + statement.values().get(i)));
            }
        }
        command.addAll(List.of("-f", script(scenario, statement).toString(), shard.database()));
        var output = Tool.run(
                command, Map.of("PGPASSWORD", superuser.password(), "PGOPTIONS", "-c role=" + statement.role()));
        var times = times();
        return Sample.of(Tool.number(output, "tps ="), times[times.length / 2], times[times.length * 99 / 100], 0);
    }

    private Path script(Scenario scenario, ProductStatement statement) {
        var script = new StringBuilder();
        for (int i = 0; i < scenario.values().size(); i++) {
            var expression = scenario.values().get(i);
            if (!expression.isEmpty()) {
                script.append("\\set ")
                        .append(variable(i))
                        .append(' ')
                        .append(expression)
                        .append('\n');
            }
        }
        var sql = statement.sql().replaceAll("\\$(\\d+)", ":v$1") + ";\n";
        script.append(scenario.inTransaction() ? inTransaction(statement, sql) : sql);
        try {
            return Files.writeString(workDirectory.resolve("limit.sql"), script);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String variable(int index) {
        return "v" + (index + 1);
    }

    // The product's write: role and claims are set in the message that begins, so they share its round trip.
    private static String inTransaction(ProductStatement statement, String sql) {
        return """
                \\startpipeline
                BEGIN;
                SET LOCAL ROLE "%s";
                SET LOCAL "request.jwt.claims" = '%s';
                %s\\endpipeline
                \\startpipeline
                COMMIT;
                \\endpipeline
                """.formatted(statement.role(), statement.claims(), sql);
    }

    private long[] times() {
        try (var logs = logs()) {
            var times = logs.flatMap(Limit::lines)
                    .mapToLong(line -> Long.parseLong(line.split(" ")[2]))
                    .sorted()
                    .toArray();
            if (times.length == 0) {
                throw new IllegalStateException("pgbench finished no transaction");
            }
            return times;
        }
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.lines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Stream<Path> logs() {
        try {
            return Files.list(workDirectory)
                    .filter(file -> file.getFileName().toString().matches("pgbench\\.[0-9.]+"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void deleteLogs() {
        try (var logs = logs()) {
            logs.forEach(log -> log.toFile().delete());
        }
    }
}
