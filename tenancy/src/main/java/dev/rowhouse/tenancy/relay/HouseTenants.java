package dev.rowhouse.tenancy.relay;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rowhouse.platform.database.Database;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.TenantId;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** Who lives in which house: known ones from memory, so that the relay goes on while the control database is down. */
public final class HouseTenants {

    private static final int MAX_KNOWN = 100_000;

    private static final String FIND = """
            SELECT h.id AS house, t.id AS tenant, t.slug FROM house AS h JOIN tenant AS t ON t.id = h.tenant
            WHERE h.id = ANY (:houses::text[])""";

    /** Who lives in a house, from moving in until it is gone. */
    record Resident(TenantId tenant, Slug slug) {}

    private final Database control;
    private final Cache<HouseId, Resident> known =
            Caffeine.newBuilder().maximumSize(MAX_KNOWN).build();

    public HouseTenants(Database control) {
        this.control = control;
    }

    /** Emits the residents of those houses that have one. A house without one is asked for anew: it waits for its tenant. */
    Mono<Map<HouseId, Resident>> of(Collection<HouseId> houses) {
        return Mono.defer(() -> {
            var wanted = new HashSet<>(houses);
            wanted.removeIf(HouseId::isScratch);
            var unknown = new HashSet<>(wanted);
            unknown.removeAll(known.getAllPresent(wanted).keySet());
            return unknown.isEmpty()
                    ? Mono.fromSupplier(() -> known.getAllPresent(wanted))
                    : looked(unknown).then(Mono.fromSupplier(() -> known.getAllPresent(wanted)));
        });
    }

    private Mono<Void> looked(Collection<HouseId> houses) {
        return control.client()
                .sql(FIND)
                .bind("houses", houses.stream().map(HouseId::value).toArray(String[]::new))
                .map(row -> Map.entry(
                        new HouseId(Objects.requireNonNull(row.get("house", String.class))),
                        new Resident(
                                new TenantId(Objects.requireNonNull(row.get("tenant", UUID.class))),
                                new Slug(Objects.requireNonNull(row.get("slug", String.class))))))
                .all()
                .doOnNext(found -> known.put(found.getKey(), found.getValue()))
                .then();
    }
}
