package dev.rowhouse.app;

import dev.rowhouse.platform.postgres.PostgresEndpoint;
import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.shard.ShardDefinition;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** Shards by name, as a file of configuration has them. */
record ShardProperties(@DefaultValue Map<String, Settings> shards) {

    private static final int MOST_LANES = 64;
    private static final int HEAVIEST = 10_000;
    private static final int LAST_PORT = 65_535;

    /**
     * What one shard sets, as {@link ShardDefinition} explains it.
     *
     * @param superuser who prepares the server, and is not used after that
     * @param passwordFile holds that one's password, such as a mounted Secret; read when the shard is prepared
     */
    record Settings(
            @Nullable String host,
            @DefaultValue("5432") int port,
            @DefaultValue("rowhouse") String database,
            @DefaultValue("local") String region,
            @DefaultValue("100") int weight,
            @DefaultValue("8") int lanes,
            @DefaultValue Map<String, String> labels,
            @DefaultValue List<String> extensions,
            @DefaultValue("postgres") String superuser,
            @Nullable Path passwordFile) {}

    /** A shard that is to be there. */
    record Wanted(ShardDefinition shard, List<String> extensions, String superuser, Path passwordFile) {}

    /** Returns them all, or fails with the name of the first property that is wrong. */
    List<Wanted> wanted() {
        var endpoints = new HashSet<PostgresEndpoint>();
        return shards.entrySet().stream()
                .map(entry -> wanted(entry.getKey(), entry.getValue()))
                .peek(wanted -> require(
                        endpoints.add(wanted.shard().endpoint()),
                        wanted.shard().name().value(),
                        "host",
                        "another shard has the same database"))
                .toList();
    }

    private static Wanted wanted(String name, Settings settings) {
        var host = present(settings.host(), name, "host");
        var passwordFile = present(settings.passwordFile(), name, "password-file");
        within(settings.port(), 1, LAST_PORT, name, "port");
        within(settings.weight(), 0, HEAVIEST, name, "weight");
        within(settings.lanes(), 1, MOST_LANES, name, "lanes");
        try {
            var endpoint = new PostgresEndpoint(host, settings.port(), settings.database());
            var shard = new ShardDefinition(
                    new ShardName(name),
                    endpoint,
                    settings.region(),
                    settings.weight(),
                    false,
                    settings.lanes(),
                    settings.labels());
            return new Wanted(shard, settings.extensions(), settings.superuser(), passwordFile);
        } catch (IllegalArgumentException invalid) {
            throw new IllegalArgumentException("rowhouse.shards." + name + ": " + invalid.getMessage(), invalid);
        }
    }

    private static <T> T present(@Nullable T value, String shard, String property) {
        if (value == null) {
            throw wrong(shard, property, "missing");
        }
        return value;
    }

    private static void within(int value, int least, int most, String shard, String property) {
        require(value >= least && value <= most, shard, property, value + " (expected: " + least + " to " + most + ")");
    }

    private static void require(boolean right, String shard, String property, String otherwise) {
        if (!right) {
            throw wrong(shard, property, otherwise);
        }
    }

    private static IllegalArgumentException wrong(String shard, String property, String text) {
        return new IllegalArgumentException("rowhouse.shards." + shard + "." + property + ": " + text);
    }
}
