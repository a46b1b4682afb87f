package dev.rowhouse.tenancy.directory;

import dev.rowhouse.platform.crypto.Fingerprint;
import dev.rowhouse.platform.database.Database;
import dev.rowhouse.tenancy.Actor;
import dev.rowhouse.tenancy.BlueprintVersion;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.TenantId;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes tenants' lives: each change is an event and the projection's row, in one statement. All methods join the
 * caller's transaction.
 */
public final class TenantLife {

    private static final String BEGIN = """
            WITH born AS (
                INSERT INTO tenant (id, slug, name, state, plan, region, blueprint, blueprint_version, labels, version)
                VALUES (:id, :slug, :name, 'provisioning', :plan, :region, :blueprint, :version, :labels::jsonb, 1)
                RETURNING id),
            keyed AS (
                INSERT INTO api_key (hash, tenant, class, last_four)
                SELECT key.hash, born.id, key.class, key.last_four
                FROM born, unnest(:hashes::text[], :classes::text[], :last_fours::text[]) AS key(hash, class, last_four))
            INSERT INTO tenant_event (tenant, sequence, type, actor, data)
            SELECT id, 1, 'tenant.ordered', :actor, :data::jsonb FROM born
            """;

    private static final String PASS = """
            WITH changed AS (
                UPDATE tenant
                SET state = :to, version = version + 1,
                    activated_at = CASE WHEN :to = 'active' THEN coalesce(activated_at, now()) ELSE activated_at END
                WHERE id = :id AND state = :from
                RETURNING id, version)
            INSERT INTO tenant_event (tenant, sequence, type, actor, reason, data)
            SELECT id, version, :type, :actor, :reason, :data::jsonb FROM changed
            """;

    private static final String STATE = "SELECT slug, state FROM tenant WHERE id = :id";

    private static final String ROTATE = """
            WITH changed AS (
                UPDATE tenant SET version = version + 1 WHERE id = :id AND state IN ('active', 'suspended')
                RETURNING id, version),
            revoked AS (
                UPDATE api_key SET revoked_at = now() FROM changed
                WHERE tenant = changed.id AND revoked_at IS NULL),
            keyed AS (
                INSERT INTO api_key (hash, tenant, class, last_four)
                SELECT key.hash, changed.id, key.class, key.last_four
                FROM changed,
                     unnest(:hashes::text[], :classes::text[], :last_fours::text[]) AS key(hash, class, last_four))
            INSERT INTO tenant_event (tenant, sequence, type, actor, reason, data)
            SELECT id, version, 'tenant.keys_rotated', :actor, :reason, :data::jsonb FROM changed
            """;

    private static final int LAST_FOUR = 4;

    private final Database database;

    public TenantLife(Database database) {
        this.database = database;
    }

    /** A tenant as it begins. */
    public record Beginning(
            TenantId id,
            Slug slug,
            String name,
            String plan,
            @Nullable String region,
            BlueprintVersion blueprint,
            Map<String, String> labels) {}

    /** Writes a provisioning tenant with its keys; a slug that is taken violates {@code tenant_living_slug}. */
    public Mono<Void> begin(Beginning tenant, TenantKeys keys, Actor actor) {
        var told = Map.of(
                "slug", tenant.slug().value(),
                "name", tenant.name(),
                "plan", tenant.plan(),
                "blueprint", tenant.blueprint().name(),
                "blueprint_version", tenant.blueprint().version(),
                "labels", tenant.labels());
        return withKeys(BEGIN, keys)
                .bind("id", tenant.id().value())
                .bind("slug", tenant.slug().value())
                .bind("name", tenant.name())
                .bind("plan", tenant.plan())
                .bind("region", Database.nullable(tenant.region(), String.class))
                .bind("blueprint", tenant.blueprint().name())
                .bind("version", tenant.blueprint().version())
                .bind("labels", json(tenant.labels()))
                .bind("actor", actor.value())
                .bind("data", json(told))
                .then();
    }

    /** Takes the tenant through {@code transition}, or fails with {@link DirectoryError.WrongState}. */
    public Mono<Void> pass(
            TenantId tenant, Transition transition, Actor actor, @Nullable String reason, Map<String, ?> data) {
        var statement = database.client()
                .sql(PASS)
                .bind("id", tenant.value())
                .bind("from", transition.from().label())
                .bind("to", transition.to().label())
                .bind("type", transition.event())
                .bind("actor", actor.value())
                .bind("reason", Database.nullable(reason, String.class))
                .bind("data", json(data));
        return changing(tenant, statement, transition.from().label());
    }

    /** Revokes the tenant's keys and writes {@code keys} in their place. */
    public Mono<Void> rotate(TenantId tenant, TenantKeys keys, Actor actor, @Nullable String reason) {
        var statement = withKeys(ROTATE, keys)
                .bind("id", tenant.value())
                .bind("actor", actor.value())
                .bind("reason", Database.nullable(reason, String.class))
                .bind("data", "{}");
        return changing(tenant, statement, "active or suspended");
    }

    private Mono<Void> changing(TenantId tenant, GenericExecuteSpec statement, String expected) {
        return statement
                .fetch()
                .rowsUpdated()
                .filter(rows -> rows == 1)
                .switchIfEmpty(Mono.defer(() -> wrongState(tenant, expected)))
                .then();
    }

    private Mono<Long> wrongState(TenantId tenant, String expected) {
        return database.client()
                .sql(STATE)
                .bind("id", tenant.value())
                .map(row -> new DirectoryError.WrongState(
                        new Slug(TenantRows.required(row, "slug", String.class)),
                        TenantState.of(TenantRows.required(row, "state", String.class)),
                        expected))
                .one()
                .flatMap(Mono::error);
    }

    private GenericExecuteSpec withKeys(String sql, TenantKeys keys) {
        return database.client()
                .sql(sql)
                .bind(
                        "hashes",
                        texts(
                                Fingerprint.of(keys.publishable()).hex(),
                                Fingerprint.of(keys.secret()).hex()))
                .bind("classes", texts(CallerClass.ANON.blueprintRole(), CallerClass.SERVICE.blueprintRole()))
                .bind("last_fours", texts(lastFour(keys.publishable()), lastFour(keys.secret())));
    }

    private static String[] texts(String publishable, String secret) {
        return new String[] {publishable, secret};
    }

    private static String lastFour(String key) {
        return key.substring(key.length() - LAST_FOUR);
    }

    private static String json(Map<String, ?> members) {
        return JsonMapper.shared().writeValueAsString(members);
    }
}
