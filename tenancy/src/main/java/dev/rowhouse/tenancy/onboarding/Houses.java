package dev.rowhouse.tenancy.onboarding;

import dev.rowhouse.platform.database.Database;
import dev.rowhouse.tenancy.Actor;
import dev.rowhouse.tenancy.BlueprintVersion;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.TenantId;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.Objects;
import reactor.core.publisher.Mono;

/**
 * The rows of houses in the control database: {@code building} → {@code ready} → {@code taken}, and {@code removing} from
 * any. A house named for a tenant before it is taken is built for that tenant alone.
 */
final class Houses {

    static final String COLUMNS = "h.id, h.shard, h.lanes, h.blueprint, h.version";

    // A crash of the database that forgets this transaction leaves the house ready and the step undone, so the commit
    // need not wait for the disk: it is on it before the activation is.
    private static final String CLAIM = """
            WITH unhurried AS (SELECT set_config('synchronous_commit', 'off', true)),
            claimed AS (
                UPDATE house SET state = 'taken', tenant = :tenant
                WHERE id = (
                    SELECT h.id FROM house h JOIN tenant t
                        ON t.shard = h.shard AND t.blueprint = h.blueprint AND t.blueprint_version = h.version
                    WHERE t.id = :tenant AND t.state = 'provisioning' AND t.house IS NULL
                      AND h.state = 'ready' AND (h.tenant IS NULL OR h.tenant = :tenant)
                    ORDER BY (h.tenant IS NULL), h.created_at
                    LIMIT 1
                    FOR UPDATE OF h SKIP LOCKED)
                RETURNING id),
            housed AS (
                UPDATE tenant SET house = claimed.id, version = version + 1 FROM claimed
                WHERE tenant.id = :tenant
                RETURNING tenant.id, tenant.version, tenant.house)
            INSERT INTO tenant_event (tenant, sequence, type, actor, data)
            SELECT housed.id, housed.version, 'tenant.housed', :actor, jsonb_build_object('house', housed.house)
            FROM housed, unhurried
            """;

    private static final String HOUSED = "SELECT house IS NOT NULL AS housed FROM tenant WHERE id = :tenant";
    private static final String ORDERED = """
            SELECT t.shard FROM tenant t WHERE t.id = :tenant AND t.state = 'provisioning'
            """;

    private static final String BEGIN = """
            INSERT INTO house AS h (id, shard, lanes, blueprint, version, state, tenant)
            SELECT :id, t.shard, :lanes::integer[], t.blueprint, t.blueprint_version, 'building', t.id
            FROM tenant t
            WHERE t.id = :tenant AND t.state = 'provisioning'
            ON CONFLICT (tenant) WHERE tenant IS NOT NULL AND state <> 'removing' DO UPDATE SET state = h.state
            RETURNING
            """ + COLUMNS;

    private static final String BUILT = "UPDATE house SET state = 'ready' WHERE id = :id AND state = 'building'";

    private static final String GIVE_BACK = """
            WITH given AS (
                UPDATE house
                SET state = CASE WHEN state = 'building' THEN 'removing' ELSE 'ready' END, tenant = NULL
                WHERE tenant = :tenant AND state IN ('building', 'ready', 'taken')),
            left_behind AS (
                UPDATE tenant SET house = NULL, version = version + 1
                WHERE id = :tenant AND state = 'provisioning' AND house IS NOT NULL
                RETURNING id, version)
            INSERT INTO tenant_event (tenant, sequence, type, actor, data)
            SELECT id, version, 'tenant.unhoused', :actor, '{}' FROM left_behind
            """;

    private final Database database;

    Houses(Database database) {
        this.database = database;
    }

    /** Gives the tenant a ready house of its shard and version, with the event; emits false if there is none. */
    Mono<Boolean> claim(TenantId tenant, Actor actor) {
        return database.client()
                .sql(CLAIM)
                .bind("tenant", tenant.value())
                .bind("actor", actor.value())
                .fetch()
                .rowsUpdated()
                .map(rows -> rows == 1);
    }

    /** Says whether an earlier try has given the tenant its house, of which the one who tried heard nothing. */
    Mono<Boolean> isHoused(TenantId tenant) {
        return database.client()
                .sql(HOUSED)
                .bind("tenant", tenant.value())
                .map(row -> Objects.requireNonNull(row.get("housed", Boolean.class)))
                .one();
    }

    /** Emits the shard on which the provisioning tenant was placed, or nothing. */
    Mono<ShardName> shardOf(TenantId tenant) {
        return database.client()
                .sql(ORDERED)
                .bind("tenant", tenant.value())
                .map(row -> new ShardName(Objects.requireNonNull(row.get("shard", String.class))))
                .one();
    }

    /** Writes the row of a house to be built for the tenant, or finds the one an earlier try has written. */
    Mono<House> begin(TenantId tenant, List<Integer> lanes) {
        return database.client()
                .sql(BEGIN)
                .bind("tenant", tenant.value())
                .bind("id", HouseId.random().value())
                .bind("lanes", lanes.toArray(Integer[]::new))
                .map(Houses::house)
                .one();
    }

    /** Marks a house ready; one that was given up meanwhile stays given up. */
    Mono<Void> built(HouseId house) {
        return database.client().sql(BUILT).bind("id", house.value()).then();
    }

    /** Takes the house from a tenant that never became active: nobody wrote to it, so a finished one is ready again. */
    Mono<Void> giveBack(TenantId tenant, Actor actor) {
        return database.client()
                .sql(GIVE_BACK)
                .bind("tenant", tenant.value())
                .bind("actor", actor.value())
                .then();
    }

    static House house(Readable row) {
        return new House(
                new HouseId(Objects.requireNonNull(row.get("id", String.class))),
                new ShardName(Objects.requireNonNull(row.get("shard", String.class))),
                List.of(Objects.requireNonNull(row.get("lanes", Integer[].class))),
                version(row));
    }

    static BlueprintVersion version(Readable row) {
        return new BlueprintVersion(
                Objects.requireNonNull(row.get("blueprint", String.class)),
                Objects.requireNonNull(row.get("version", Integer.class)));
    }
}
