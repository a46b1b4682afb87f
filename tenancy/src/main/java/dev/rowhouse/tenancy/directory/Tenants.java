package dev.rowhouse.tenancy.directory;

import dev.rowhouse.platform.database.Database;
import dev.rowhouse.tenancy.Actor;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.token.TokenTrust;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The tenants in the control database. A slug names the living tenant, or else the last one that had it. */
public final class Tenants {

    private static final String FIND =
            TenantRows.COLUMNS + TenantRows.FROM + "WHERE t.slug = :slug\n" + TenantRows.LATEST;

    private static final String LIST = TenantRows.COLUMNS + TenantRows.FROM + """
            WHERE t.id = (SELECT l.id FROM tenant l WHERE l.slug = t.slug
                          ORDER BY (l.state IN ('failed', 'erased')), l.created_at DESC, l.id DESC LIMIT 1)
              AND (:state::text IS NULL OR t.state = :state)
              AND (:shard::text IS NULL OR t.shard = :shard)
              AND (:plan::text IS NULL OR t.plan = :plan)
              AND (:blueprint::text IS NULL OR t.blueprint = :blueprint)
              AND (:text::text IS NULL OR strpos(lower(t.slug), lower(:text)) > 0
                   OR strpos(lower(t.name), lower(:text)) > 0)
              AND (:after::text IS NULL OR t.slug > :after)
            ORDER BY t.slug
            LIMIT :limit
            """;

    private static final String LOCK =
            TenantRows.COLUMNS + TenantRows.FROM + "WHERE t.slug = :slug\n" + TenantRows.LATEST + "FOR UPDATE OF t";

    private static final String CHANGE = """
            WITH changed AS (
                UPDATE tenant SET name = :name, plan = :plan, labels = :labels::jsonb, quotas = :quotas::jsonb,
                    jwks = :jwks::jsonb, jwt_issuer = :issuer, jwt_audience = :audience, version = version + 1
                WHERE id = :id
                RETURNING id, version)
            INSERT INTO tenant_event (tenant, sequence, type, actor, data)
            SELECT id, version, 'tenant.changed', :actor, :data::jsonb FROM changed
            """;

    private static final String HISTORY = """
            SELECT e.sequence, e.type, e.actor, e.reason, e.at, e.data::text AS data
            FROM tenant_event e
            WHERE e.tenant = (SELECT t.id FROM tenant t WHERE t.slug = :slug
            """ + TenantRows.LATEST + """
            )
            ORDER BY e.sequence
            """;

    private static final TypeReference<Map<String, Object>> MEMBERS = new TypeReference<>() {};

    private final Database database;
    private final Residents residents;

    /** @param residents told of changes at once */
    public Tenants(Database database, Residents residents) {
        this.database = database;
        this.residents = residents;
    }

    /** Emits the tenant, or nothing. */
    public Mono<Tenant> find(Slug slug) {
        return one(FIND, slug).onErrorMap(Database::isUnavailable, DirectoryError.Unavailable::new);
    }

    /** Emits the tenant as it is now, or nothing; from then on requests to this process see it so too. */
    public Mono<Tenant> findForAll(Slug slug) {
        return Mono.defer(() -> residents.refresh(slug)).then(find(slug));
    }

    /** Emits one page, by slug. */
    public Flux<Tenant> list(TenantQuery query) {
        var state = query.state();
        return database.client()
                .sql(LIST)
                .bind("state", Database.nullable(state == null ? null : state.label(), String.class))
                .bind("shard", Database.nullable(query.shard(), String.class))
                .bind("plan", Database.nullable(query.plan(), String.class))
                .bind("blueprint", Database.nullable(query.blueprint(), String.class))
                .bind("text", Database.nullable(query.text(), String.class))
                .bind("after", Database.nullable(query.after(), String.class))
                .bind("limit", query.limit())
                .map(TenantRows::tenant)
                .all()
                .onErrorMap(Database::isUnavailable, DirectoryError.Unavailable::new);
    }

    /** Applies the change with its event and emits the changed tenant, or nothing if there is none. */
    public Mono<Tenant> change(Slug slug, TenantChange change, Actor actor) {
        return database.transaction(one(LOCK, slug).flatMap(tenant -> write(tenant, change, actor)))
                .onErrorMap(Database::isUnavailable, DirectoryError.Unavailable::new)
                .delayUntil(_ -> residents.refresh(slug));
    }

    /** Emits the tenant's events in order. */
    public Flux<TenantEvent> history(Slug slug) {
        return database.client()
                .sql(HISTORY)
                .bind("slug", slug.value())
                .map(Tenants::event)
                .all()
                .onErrorMap(Database::isUnavailable, DirectoryError.Unavailable::new);
    }

    private Mono<Tenant> one(String sql, Slug slug) {
        return database.client()
                .sql(sql)
                .bind("slug", slug.value())
                .map(TenantRows::tenant)
                .one();
    }

    private Mono<Tenant> write(Tenant tenant, TenantChange change, Actor actor) {
        var changed = changed(tenant, change);
        var told = told(change, changed);
        if (told.isEmpty() || changed.equals(tenant)) {
            return Mono.just(tenant);
        }
        var trust = changed.trust();
        return database.client()
                .sql(CHANGE)
                .bind("id", tenant.id().value())
                .bind("name", changed.name())
                .bind("plan", changed.plan())
                .bind("labels", JsonMapper.shared().writeValueAsString(changed.labels()))
                .bind("quotas", JsonMapper.shared().writeValueAsString(TenantRows.labelled(changed.quotas())))
                .bind("jwks", Database.nullable(trust == null ? null : trust.jwks(), String.class))
                .bind("issuer", Database.nullable(trust == null ? null : trust.issuer(), String.class))
                .bind("audience", Database.nullable(trust == null ? null : trust.audience(), String.class))
                .bind("actor", actor.value())
                .bind("data", JsonMapper.shared().writeValueAsString(told))
                .then()
                .thenReturn(changed);
    }

    private static Tenant changed(Tenant tenant, TenantChange change) {
        return new Tenant(
                tenant.id(),
                tenant.slug(),
                change.name() == null ? tenant.name() : change.name(),
                tenant.state(),
                change.plan() == null ? tenant.plan() : change.plan(),
                tenant.region(),
                tenant.blueprint(),
                tenant.shard(),
                tenant.house(),
                change.labels() == null ? tenant.labels() : patched(tenant.labels(), change.labels()),
                tenant.flags(),
                change.quotas() == null ? tenant.quotas() : patched(tenant.quotas(), change.quotas()),
                change.trust() == null ? tenant.trust() : change.trust().of(tenant.trust()),
                tenant.createdAt(),
                tenant.activatedAt());
    }

    /** Returns {@code members} after a merge patch (RFC 7396): a null value removes. */
    static <K, V> Map<K, V> patched(Map<K, V> members, Map<K, @Nullable V> patch) {
        var merged = new HashMap<>(members);
        patch.forEach((member, value) -> {
            if (value == null) {
                merged.remove(member);
            } else {
                merged.put(member, value);
            }
        });
        return merged;
    }

    private static Map<String, Object> told(TenantChange change, Tenant changed) {
        var told = new LinkedHashMap<String, Object>();
        if (change.name() != null) {
            told.put("name", change.name());
        }
        if (change.plan() != null) {
            told.put("plan", change.plan());
        }
        if (change.labels() != null) {
            told.put("labels", change.labels());
        }
        if (change.quotas() != null) {
            told.put("quotas", TenantRows.labelled(change.quotas()));
        }
        if (change.trust() != null) {
            told.put("trust", told(changed.trust()));
        }
        return told;
    }

    // Public keys: who trusted which is worth remembering.
    private static Map<String, Object> told(@Nullable TokenTrust trust) {
        var told = new LinkedHashMap<String, Object>();
        if (trust != null) {
            told.put("jwks", JsonMapper.shared().readValue(trust.jwks(), MEMBERS));
            if (trust.issuer() != null) {
                told.put("issuer", trust.issuer());
            }
            if (trust.audience() != null) {
                told.put("audience", trust.audience());
            }
        }
        return told;
    }

    private static TenantEvent event(Readable row) {
        return new TenantEvent(
                TenantRows.required(row, "sequence", Integer.class),
                TenantRows.required(row, "type", String.class),
                new Actor(TenantRows.required(row, "actor", String.class)),
                row.get("reason", String.class),
                TenantRows.required(row, "at", Instant.class),
                JsonMapper.shared().readValue(TenantRows.required(row, "data", String.class), MEMBERS));
    }
}
