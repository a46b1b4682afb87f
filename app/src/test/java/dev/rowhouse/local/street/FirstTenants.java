package dev.rowhouse.local.street;

import dev.rowhouse.tenancy.directory.TenantKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The music store and its first two tenants, one on each shard, with the Chinook data; all of it through the product's own
 * HTTP interfaces. Each step looks first whether it was done, so that an interrupted first start is completed by the next.
 */
final class FirstTenants {

    static final String BLUEPRINT = "music-store";

    private static final Map<String, String> TENANTS = Map.of("acme", "shard-1", "globex", "shard-2");
    private static final List<String> BLUEPRINT_FILES =
            List.of("01-catalogue.sql", "02-sales.sql", "03-access.sql", "04-reports.sql");

    /** A relation stands after those that it refers to. */
    private static final List<String> RELATIONS = List.of(
            "genre",
            "media_type",
            "artist",
            "employee",
            "album",
            "playlist",
            "customer",
            "track",
            "invoice",
            "invoice_line",
            "playlist_track");

    private final StreetClient client;
    private final KeptSecrets kept;
    private final StreetProgress progress;

    FirstTenants(StreetClient client, KeptSecrets kept, StreetProgress progress) {
        this.client = client;
        this.kept = kept;
        this.progress = progress;
    }

    /** Returns the keys of the tenants by slug. */
    Map<String, TenantKeys> moveIn() {
        var keys = new TreeMap<String, TenantKeys>();
        TENANTS.keySet().forEach(tenant -> keysOf(tenant).ifPresent(pair -> keys.put(tenant, pair)));
        if (keys.size() < TENANTS.size()) {
            publishBlueprint();
            TENANTS.forEach((tenant, shard) -> keys.computeIfAbsent(tenant, _ -> onboard(tenant, shard)));
        }
        keys.forEach(this::fill);
        return keys;
    }

    private void publishBlueprint() {
        var files = BLUEPRINT_FILES.stream()
                .map(name -> Map.of("name", name, "text", resource("/musicstore/" + name)))
                .toList();
        client.admin("PUT", "/blueprints/" + BLUEPRINT + "/versions/1", files, Map.of())
                .orFail("publishing the blueprint " + BLUEPRINT);
        progress.line("blueprint " + BLUEPRINT + " 1 is published");
    }

    private TenantKeys onboard(String tenant, String shard) {
        var order = Map.of("slug", tenant, "name", tenant, "blueprint", BLUEPRINT, "shard", shard);
        var answer = client.admin("POST", "/tenants", order, Map.of("Prefer", "wait=10"));
        if (answer.status() == 409) {
            throw new StreetBlocked(
                    "The tenant " + tenant + " is there, but its keys were lost when an earlier start was"
                            + " interrupted. Delete the folder .rowhouse to begin anew.");
        }
        var keys = answer.orFail("onboarding " + tenant).json().get("keys");
        var pair = new TenantKeys(
                keys.get("publishable").asString(), keys.get("secret").asString());
        kept.put(tenant + ".publishable", pair.publishable());
        kept.put(tenant + ".secret", pair.secret());
        progress.line("tenant " + tenant + " lives on " + shard);
        return pair;
    }

    private Optional<TenantKeys> keysOf(String tenant) {
        return kept.get(tenant + ".publishable")
                .flatMap(
                        publishable -> kept.get(tenant + ".secret").map(secret -> new TenantKeys(publishable, secret)));
    }

    private void fill(String tenant, TenantKeys keys) {
        if (kept.get(tenant + ".filled").isPresent()) {
            return;
        }
        RELATIONS.stream()
                .filter(relation -> isEmpty(tenant, relation, keys))
                .forEach(relation -> load(tenant, relation, keys));
        kept.put(tenant + ".filled", "yes");
        progress.line("tenant " + tenant + " has its data");
    }

    private boolean isEmpty(String tenant, String relation, TenantKeys keys) {
        return client.read(tenant, relation + "?limit=1", keys.secret())
                .orFail("reading " + relation + " of " + tenant)
                .json()
                .isEmpty();
    }

    private void load(String tenant, String relation, TenantKeys keys) {
        var rows = BodyPublishers.ofString(resource("/musicstore/data/" + relation + ".csv"));
        client.load(tenant, relation, keys.secret(), "text/csv", rows).orFail("loading " + relation + " of " + tenant);
    }

    private static String resource(String path) {
        try (var stream = FirstTenants.class.getResourceAsStream(path)) {
            if (stream == null) {
                throw new IllegalStateException("no resource " + path);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
