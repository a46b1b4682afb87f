package dev.rowhouse.tenancy.fields;

import dev.rowhouse.platform.database.Database;
import dev.rowhouse.tenancy.Actor;
import dev.rowhouse.tenancy.BlueprintVersion;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.TenantId;
import dev.rowhouse.tenancy.catalog.CustomField;
import dev.rowhouse.tenancy.catalog.FieldType;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** The tenants' columns in the control database. Everything that changes a record does so under the tenant's lease. */
final class FieldRecords {

    private static final String COLUMNS =
            "SELECT relation, name, type, nullable, default_json, comment, state, created_at FROM tenant_field ";

    private static final String ONE = "WHERE tenant = :tenant AND relation = :relation AND name = :name";

    private static final String HELD =
            " AND EXISTS (SELECT FROM tenant_field_lease l WHERE l.tenant = :tenant AND l.owner = :owner AND l.until > now())";

    private static final String WANT = """
            INSERT INTO tenant_field (tenant, relation, name, type, nullable, default_json, comment, state, actor)
            SELECT :tenant, :relation, :name, :type, :nullable, :default, :comment, 'adding', :actor
            WHERE (SELECT count(*) FROM tenant_field WHERE tenant = :tenant AND relation = :relation) < :limit
            """ + HELD + " ON CONFLICT DO NOTHING";

    // A change of what requests see: the tenant's version counts it, its event tells it.
    private static final String TOLD = """
            , changed AS (
                UPDATE tenant SET version = version + 1 FROM field WHERE id = field.tenant RETURNING id, version)
            INSERT INTO tenant_event (tenant, sequence, type, actor, data)
            SELECT id, version, :event, :actor, :data::jsonb FROM changed
            """;

    private static final String ACTIVATE = "WITH field AS (UPDATE tenant_field SET state = 'active' " + ONE
            + " AND state = 'adding'" + HELD + " RETURNING tenant)" + TOLD;

    private static final String HIDE = "WITH field AS (UPDATE tenant_field SET state = 'dropping' " + ONE
            + " AND state <> 'dropping'" + HELD + " RETURNING tenant)" + TOLD;

    private static final String FORGET = "DELETE FROM tenant_field " + ONE + " AND state <> 'active'" + HELD;

    private static final String LEASE = """
            INSERT INTO tenant_field_lease (tenant, owner, until)
            VALUES (:tenant, :owner, now() + make_interval(secs => :seconds))
            ON CONFLICT (tenant) DO UPDATE SET owner = excluded.owner, until = excluded.until
            WHERE tenant_field_lease.until < now()
            """;

    private static final String RELEASE = "DELETE FROM tenant_field_lease WHERE tenant = :tenant AND owner = :owner";

    private static final String UNFINISHED = """
            SELECT t.id, t.slug, h.id AS house, h.shard, h.lanes, h.blueprint, h.version
            FROM tenant t JOIN house h ON h.id = t.house
            WHERE t.state IN ('active', 'suspended')
              AND t.id IN (SELECT f.tenant FROM tenant_field f WHERE f.state <> 'active')
              AND NOT EXISTS (SELECT FROM tenant_field_lease l WHERE l.tenant = t.id AND l.until > now())
            """;

    /** A tenant with its house. */
    record Owner(TenantId tenant, Slug slug, House house) {}

    private final Database database;

    FieldRecords(Database database) {
        this.database = database;
    }

    Flux<Field> of(TenantId tenant) {
        return database.client()
                .sql(COLUMNS + "WHERE tenant = :tenant ORDER BY relation, created_at, name")
                .bind("tenant", tenant.value())
                .map(FieldRecords::field)
                .all();
    }

    Mono<Field> find(TenantId tenant, String relation, String name) {
        return one(COLUMNS + ONE, tenant, relation, name)
                .map(FieldRecords::field)
                .one();
    }

    /** Emits whether it was written: not when the field is on record already or the relation has {@code limit} fields. */
    Mono<Boolean> want(Lease lease, CustomField field, int limit, Actor actor) {
        return held(WANT, lease, field)
                .bind("type", field.type().label())
                .bind("nullable", field.nullable())
                .bind("default", Database.nullable(field.defaultJson(), String.class))
                .bind("comment", Database.nullable(field.comment(), String.class))
                .bind("actor", actor.value())
                .bind("limit", limit)
                .fetch()
                .rowsUpdated()
                .map(rows -> rows == 1);
    }

    Mono<Void> activate(Lease lease, CustomField field, Actor actor) {
        return told(ACTIVATE, "tenant.field_added", lease, field, actor);
    }

    Mono<Void> hide(Lease lease, CustomField field, Actor actor) {
        return told(HIDE, "tenant.field_dropped", lease, field, actor);
    }

    Mono<Void> forget(Lease lease, CustomField field) {
        return held(FORGET, lease, field).then();
    }

    /** Emits the lease, or nothing while another holds it. */
    Mono<Lease> lease(TenantId tenant, Duration life) {
        var lease = new Lease(tenant, UUID.randomUUID());
        return database.client()
                .sql(LEASE)
                .bind("tenant", tenant.value())
                .bind("owner", lease.owner())
                .bind("seconds", (double) life.toSeconds())
                .fetch()
                .rowsUpdated()
                .filter(rows -> rows == 1)
                .map(_ -> lease);
    }

    Mono<Void> release(Lease lease) {
        return database.client()
                .sql(RELEASE)
                .bind("tenant", lease.tenant().value())
                .bind("owner", lease.owner())
                .then();
    }

    /** Emits whose fields a crash left unfinished. */
    Flux<Owner> unfinished() {
        return database.client().sql(UNFINISHED).map(FieldRecords::owner).all();
    }

    private Mono<Void> told(String sql, String event, Lease lease, CustomField field, Actor actor) {
        var data = Map.of(
                "relation", field.relation(),
                "name", field.name(),
                "type", field.type().label());
        return held(sql, lease, field)
                .bind("event", event)
                .bind("actor", actor.value())
                .bind("data", JsonMapper.shared().writeValueAsString(data))
                .then();
    }

    private GenericExecuteSpec held(String sql, Lease lease, CustomField field) {
        return one(sql, lease.tenant(), field.relation(), field.name()).bind("owner", lease.owner());
    }

    private GenericExecuteSpec one(String sql, TenantId tenant, String relation, String name) {
        return database.client()
                .sql(sql)
                .bind("tenant", tenant.value())
                .bind("relation", relation)
                .bind("name", name);
    }

    private static Field field(Readable row) {
        var definition = new CustomField(
                required(row, "relation", String.class),
                required(row, "name", String.class),
                Objects.requireNonNull(FieldType.of(required(row, "type", String.class))),
                required(row, "nullable", Boolean.class),
                row.get("default_json", String.class),
                row.get("comment", String.class));
        return new Field(
                definition,
                Field.State.of(required(row, "state", String.class)),
                required(row, "created_at", Instant.class));
    }

    private static Owner owner(Readable row) {
        return new Owner(
                new TenantId(required(row, "id", UUID.class)),
                new Slug(required(row, "slug", String.class)),
                new House(
                        new HouseId(required(row, "house", String.class)),
                        new ShardName(required(row, "shard", String.class)),
                        List.of(required(row, "lanes", Integer[].class)),
                        new BlueprintVersion(
                                required(row, "blueprint", String.class), required(row, "version", Integer.class))));
    }

    private static <T> T required(Readable row, String column, Class<T> type) {
        return Objects.requireNonNull(row.get(column, type), column);
    }
}
