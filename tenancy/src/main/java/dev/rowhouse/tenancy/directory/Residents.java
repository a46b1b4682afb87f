package dev.rowhouse.tenancy.directory;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.crypto.Fingerprint;
import dev.rowhouse.platform.database.Database;
import dev.rowhouse.tenancy.BlueprintVersion;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.catalog.Catalog;
import dev.rowhouse.tenancy.catalog.CustomField;
import dev.rowhouse.tenancy.catalog.FieldType;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The tenants as requests need them, held in memory and refreshed in the background, so that known tenants are served
 * while the control database is down. A change made elsewhere is seen within {@link #SEEN_WITHIN}.
 */
public final class Residents {

    /** How long a change may stay unseen by another instance that reaches the control database. */
    public static final Duration SEEN_WITHIN = Duration.ofSeconds(2);

    private static final int MAX_KNOWN = 100_000;
    private static final int MAX_UNKNOWN = 10_000;
    private static final Duration REFRESH = Duration.ofSeconds(1);
    // Also how long a slug stays unknown here that was onboarded elsewhere.
    private static final Duration UNKNOWN_FOR = Duration.ofSeconds(1);
    // For a control database that takes connections and does not answer.
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(30);
    private static final String BEFORE_ALL = "0";

    private static final String COLUMNS = TenantRows.COLUMNS + """
                 , t.version,
                   (SELECT array_agg(k.class || ' ' || k.hash) FROM api_key k
                    WHERE k.tenant = t.id AND k.revoked_at IS NULL) AS keys,
                   (SELECT json_agg(json_build_object('relation', f.relation, 'name', f.name, 'type', f.type,
                        'nullable', f.nullable, 'default', f.default_json, 'comment', f.comment)
                        ORDER BY f.created_at, f.name)::text
                    FROM tenant_field f WHERE f.tenant = t.id AND f.state = 'active') AS fields
            """;

    private static final String FIND = COLUMNS + TenantRows.FROM + "WHERE t.slug = :slug\n" + TenantRows.LATEST;

    // Whatever commits after this look has a transaction id of at least the horizon.
    private static final String HORIZON = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon";

    private static final String CHANGED = COLUMNS + TenantRows.FROM + "WHERE t.changed_in >= :horizon::xid8";

    private final Database database;
    private final Function<BlueprintVersion, Mono<Catalog>> catalogs;
    private final Cache<Slug, KnownTenant> known =
            Caffeine.newBuilder().maximumSize(MAX_KNOWN).build();
    private final AsyncCache<Slug, Optional<KnownTenant>> lookups = Caffeine.newBuilder()
            .maximumSize(MAX_UNKNOWN)
            .expireAfterWrite(UNKNOWN_FOR)
            .buildAsync();
    private volatile String horizon = BEFORE_ALL;

    /** @param catalogs emits the catalog of a published version, from memory after the first time */
    public Residents(Database database, Function<BlueprintVersion, Mono<Catalog>> catalogs) {
        this.database = database;
        this.catalogs = catalogs;
    }

    /** Begins to follow the control database; the first look takes in all tenants. */
    public void start(BackgroundWork background) {
        background.repeat("residents", REFRESH, follow().timeout(LONGEST_LOOK));
    }

    /** Emits the resident of that slug in any state but failed, or nothing. */
    public Mono<Resident> find(Slug slug) {
        return Mono.defer(() -> {
            var resident = known.getIfPresent(slug);
            return resident == null ? lookUp(slug) : Mono.just(resident);
        });
    }

    /** Says whether nothing has become known of the tenant since the resident was found. */
    public boolean isNewest(Resident resident) {
        return known.getIfPresent(resident.tenant().slug()) == resident;
    }

    /** Takes a change of this process over at once. Completes also when the control database does not answer. */
    public Mono<Void> refresh(Slug slug) {
        return load(slug)
                .then(Mono.<Void>fromRunnable(() -> lookups.synchronous().invalidate(slug)))
                .timeout(PATIENCE)
                .onErrorResume(Database::isUnanswered, _ -> Mono.empty());
    }

    /** Looks once for what changed since the last look. */
    Mono<Void> follow() {
        return Mono.defer(() -> database.client()
                .sql(HORIZON)
                .map(row -> TenantRows.required(row, "horizon", String.class))
                .one()
                .delayUntil(_ -> changedSince(horizon))
                .doOnNext(next -> horizon = next)
                .then());
    }

    private Mono<Void> changedSince(String since) {
        return known(database.client()
                        .sql(CHANGED)
                        .bind("horizon", since)
                        .map(Row::of)
                        .all())
                .then();
    }

    // A second request for the same unknown slug waits for the first one's answer.
    private Mono<Resident> lookUp(Slug slug) {
        return Mono.fromFuture(lookups.get(slug, (unknown, _) -> loaded(unknown)), true)
                .flatMap(found -> Mono.<Resident>justOrEmpty(found))
                .onErrorMap(Database::isUnanswered, DirectoryError.Unavailable::new);
    }

    private CompletableFuture<Optional<KnownTenant>> loaded(Slug slug) {
        return load(slug).timeout(PATIENCE).toFuture().thenApply(Optional::ofNullable);
    }

    private Mono<KnownTenant> load(Slug slug) {
        return known(database.client()
                        .sql(FIND)
                        .bind("slug", slug.value())
                        .map(Row::of)
                        .one()
                        .flux())
                .singleOrEmpty();
    }

    private Flux<KnownTenant> known(Flux<Row> rows) {
        return rows.concatMap(row -> catalogs.apply(row.tenant().blueprint()).map(row::known))
                .mapNotNull(this::remember);
    }

    private @Nullable KnownTenant remember(KnownTenant tenant) {
        var slug = tenant.tenant().slug();
        return tenant.tenant().state() == TenantState.FAILED
                ? known.asMap().computeIfPresent(slug, (_, old) -> old.isAlso(tenant) ? null : old)
                : known.asMap().merge(slug, tenant, (old, now) -> now.supersedes(old) ? now : old);
    }

    private record Row(Tenant tenant, int version, Map<Fingerprint, CallerClass> keys, List<CustomField> fields) {

        static Row of(Readable row) {
            return new Row(
                    TenantRows.tenant(row),
                    TenantRows.required(row, "version", Integer.class),
                    keys(row.get("keys", String[].class)),
                    fields(row.get("fields", String.class)));
        }

        private static List<CustomField> fields(@Nullable String json) {
            return json == null
                    ? List.of()
                    : JsonMapper.shared()
                            .readTree(json)
                            .valueStream()
                            .map(Row::field)
                            .toList();
        }

        private static CustomField field(JsonNode field) {
            return new CustomField(
                    field.required("relation").stringValue(),
                    field.required("name").stringValue(),
                    Objects.requireNonNull(FieldType.of(field.required("type").stringValue())),
                    field.required("nullable").booleanValue(),
                    field.required("default").asString(null),
                    field.required("comment").asString(null));
        }

        private static Map<Fingerprint, CallerClass> keys(String @Nullable [] texts) {
            var keys = new HashMap<Fingerprint, CallerClass>();
            for (var text : texts == null ? new String[0] : texts) {
                var space = text.indexOf(' ');
                keys.put(Fingerprint.ofHex(text.substring(space + 1)), classOf(text.substring(0, space)));
            }
            return keys;
        }

        private static CallerClass classOf(String role) {
            return Arrays.stream(CallerClass.values())
                    .filter(candidate -> candidate.blueprintRole().equals(role))
                    .findFirst()
                    .orElseThrow();
        }

        KnownTenant known(Catalog catalog) {
            return new KnownTenant(tenant, version, catalog.with(fields), keys);
        }
    }
}
