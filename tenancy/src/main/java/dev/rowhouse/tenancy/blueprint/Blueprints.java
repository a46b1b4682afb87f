package dev.rowhouse.tenancy.blueprint;

import dev.rowhouse.platform.database.Database;
import dev.rowhouse.tenancy.Actor;
import dev.rowhouse.tenancy.BlueprintVersion;
import dev.rowhouse.tenancy.catalog.Catalog;
import dev.rowhouse.tenancy.house.BlueprintScript;
import dev.rowhouse.tenancy.house.BlueprintScript.SqlFile;
import dev.rowhouse.tenancy.house.HouseBuilder;
import io.r2dbc.spi.Readable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The published blueprint versions, in the control database. */
public final class Blueprints {

    private static final String SUMMARY = """
            SELECT blueprint, version, checksum, published_at, published_by, warnings::text AS warnings,
              relations, routines,
              (SELECT jsonb_agg(file ->> 'name' ORDER BY n)::text
               FROM jsonb_array_elements(files) WITH ORDINALITY AS f (file, n)) AS names
            FROM blueprint_version
            """;

    private final Database control;
    private final CatalogJson json = new CatalogJson();
    private final Proof proof;
    private final Map<BlueprintVersion, Catalog> catalogs = new ConcurrentHashMap<>();

    public Blueprints(Database control, HouseBuilder builder) {
        this.control = control;
        this.proof = new Proof(builder, json);
    }

    /**
     * Proves and publishes a version. Publishing the same files again emits the published version; other files under a
     * published number are {@link BlueprintError.VersionTaken}; a failing statement is {@link BlueprintError.Rejected}.
     */
    public Mono<PublishedBlueprint> publish(BlueprintVersion version, BlueprintScript script, Actor actor) {
        return find(version)
                .switchIfEmpty(Mono.defer(() -> proof.of(script)
                        .flatMap(findings -> store(version, script, findings, actor))
                        .then(find(version))))
                .map(published -> requireSame(published, script));
    }

    private static PublishedBlueprint requireSame(PublishedBlueprint published, BlueprintScript script) {
        if (!published.checksum().equals(checksum(script))) {
            throw new BlueprintError.VersionTaken(published.version());
        }
        return published;
    }

    // Of two who publish one number at the same time the first wins; the second finds out when it reads the version.
    private Mono<Void> store(BlueprintVersion version, BlueprintScript script, Findings findings, Actor actor) {
        var catalog = findings.catalog();
        return control.client()
                .sql("""
                        INSERT INTO blueprint_version
                          (blueprint, version, files, checksum, catalog, relations, routines, warnings, published_by)
                        VALUES (:blueprint, :version, CAST(:files AS jsonb), :checksum, CAST(:catalog AS jsonb),
                          :relations, :routines, CAST(:warnings AS jsonb), :actor)
                        ON CONFLICT (blueprint, version) DO NOTHING
                        """)
                .bind("blueprint", version.name())
                .bind("version", version.version())
                .bind("files", json.write(script.files()))
                .bind("checksum", checksum(script))
                .bind("catalog", json.write(catalog))
                .bind("relations", catalog.relations().size())
                .bind("routines", catalog.routines().size())
                .bind("warnings", json.write(findings.warnings()))
                .bind("actor", actor.value())
                .then();
    }

    /** Emits the version, or nothing. */
    public Mono<PublishedBlueprint> find(BlueprintVersion version) {
        return select(SUMMARY, version).map(this::published).one();
    }

    /** Emits the newest version of the blueprint, or nothing. */
    public Mono<BlueprintVersion> newest(String blueprint) {
        return control.client()
                .sql("SELECT version FROM blueprint_version WHERE blueprint = :blueprint ORDER BY version DESC LIMIT 1")
                .bind("blueprint", blueprint)
                .map(row -> new BlueprintVersion(blueprint, required(row, "version", Integer.class)))
                .one();
    }

    /** Emits the newest version of each blueprint. */
    public Flux<BlueprintVersion> newest() {
        return control.client()
                .sql("SELECT blueprint, max(version) AS version FROM blueprint_version GROUP BY blueprint")
                .map(Blueprints::version)
                .all();
    }

    /** Emits all versions, blueprint by blueprint, newest first. */
    public Flux<PublishedBlueprint> list() {
        return control.client()
                .sql(SUMMARY + " ORDER BY blueprint, version DESC")
                .map(this::published)
                .all();
    }

    /** Emits the version's SQL, or nothing. */
    public Mono<BlueprintScript> script(BlueprintVersion version) {
        return select("SELECT files::text AS files FROM blueprint_version", version)
                .map(row -> new BlueprintScript(json.files(required(row, "files", String.class))))
                .one();
    }

    /** Emits the version's catalog, or nothing. Kept in memory: a published version never changes. */
    public Mono<Catalog> catalog(BlueprintVersion version) {
        return Mono.fromSupplier(() -> catalogs.get(version)).switchIfEmpty(Mono.defer(() -> loadCatalog(version)));
    }

    private Mono<Catalog> loadCatalog(BlueprintVersion version) {
        return select("SELECT catalog::text AS catalog FROM blueprint_version", version)
                .map(row -> json.catalog(required(row, "catalog", String.class)))
                .one()
                .doOnNext(catalog -> catalogs.put(version, catalog));
    }

    private GenericExecuteSpec select(String sql, BlueprintVersion version) {
        return control.client()
                .sql(sql + " WHERE blueprint = :blueprint AND version = :version")
                .bind("blueprint", version.name())
                .bind("version", version.version());
    }

    private static BlueprintVersion version(Readable row) {
        return new BlueprintVersion(required(row, "blueprint", String.class), required(row, "version", Integer.class));
    }

    private PublishedBlueprint published(Readable row) {
        return new PublishedBlueprint(
                version(row),
                required(row, "checksum", String.class),
                json.texts(required(row, "names", String.class)),
                required(row, "relations", Integer.class),
                required(row, "routines", Integer.class),
                json.texts(required(row, "warnings", String.class)),
                required(row, "published_at", Instant.class),
                required(row, "published_by", String.class));
    }

    private static <T> T required(Readable row, String column, Class<T> type) {
        return Objects.requireNonNull(row.get(column, type), column);
    }

    // Names and texts with their lengths, so that no two lists of files run together to the same bytes.
    private static String checksum(BlueprintScript script) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (SqlFile file : script.files()) {
                digest.update(
                        (file.name().length() + ":" + file.name() + file.text().length() + ":" + file.text())
                                .getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
