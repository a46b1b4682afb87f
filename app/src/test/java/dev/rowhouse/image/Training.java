package dev.rowhouse.image;

import dev.rowhouse.local.street.StreetClient;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A run of the application that leaves its AOT cache (JEP 483, 514, 515): the classes as they were loaded and linked, and
 * which methods were hot, for the next start to begin with.
 *
 * <p>It does what an instance does in its first minute: it starts, prepares a shard, takes a tenant in, and answers reads
 * and writes.
 */
final class Training {

    private static final String BLUEPRINT = """
            CREATE TABLE item (id int PRIMARY KEY, name text NOT NULL, price numeric(10, 2));
            CREATE TABLE part (id int PRIMARY KEY, item int REFERENCES item, name text);
            CREATE FUNCTION dearest() RETURNS numeric LANGUAGE sql STABLE AS 'SELECT max(price) FROM item';
            """;
    private static final List<String> READS = List.of(
            "item?id=eq.1",
            "item?select=id,name,part(name)&price=gt.1&order=price.desc&limit=10",
            "item/1",
            "item?name=ilike.*m*",
            "rpc/dearest");
    private static final int ROUNDS = 40;

    private Training() {}

    static void run(ImageRoot root, Servers servers, Path log) throws IOException {
        var cache = root.resolve(ImageRoot.APPLICATION).resolve(ImageRoot.AOT_CACHE);
        try (var running =
                RunningImage.start(root, List.of("-XX:AOTCacheOutput=" + ImageRoot.AOT_CACHE), servers, log)) {
            work(servers.operator(running.port()));
            running.terminate();
        }
        if (!Files.exists(cache)) {
            throw new IllegalStateException("the training run left no AOT cache; its log is " + log);
        }
    }

    private static void work(StreetClient client) {
        var files = List.of(Map.of("name", "training.sql", "text", BLUEPRINT));
        client.admin("PUT", "/blueprints/training/versions/1", files, Map.of()).orFail("publishing");
        var key = client.admin("POST", "/tenants", Map.of("slug", "training"), Map.of("Prefer", "wait=30"))
                .orFail("onboarding")
                .json()
                .at("/keys/secret")
                .asString();
        for (int round = 1; round <= ROUNDS; round++) {
            var row = "{\"id\":%d,\"name\":\"item\",\"price\":%d.5}".formatted(round, round);
            client.load("training", "item", key, "application/json", BodyPublishers.ofString(row))
                    .orFail("writing");
            READS.forEach(read -> client.read("training", read, key).orFail("reading"));
        }
        client.load("training", "part", key, "text/csv", BodyPublishers.ofString("id,item,name\n1,1,wheel\n"))
                .orFail("loading");
    }
}
