package dev.rowhouse.tenancy.usage;

import dev.rowhouse.platform.messaging.Event;
import dev.rowhouse.platform.messaging.UnreadableEvent;
import dev.rowhouse.tenancy.TenantId;
import dev.rowhouse.tenancy.journal.Change;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How many rows of a tenant were written on a day, as events tell it. */
record RowCounts(TenantId tenant, LocalDate day, long inserted, long updated, long deleted, Instant lastAt) {

    private static final Comparator<RowCounts> ORDER = Comparator.comparing(RowCounts::day)
            .thenComparing(counts -> counts.tenant().value());

    /**
     * Counts the rows of these events, by day and then tenant: who writes in one order never waits for each other in a circle.
     *
     * @param since the first day that counts; null for all
     */
    static Collection<RowCounts> of(List<Event> events, @Nullable LocalDate since) {
        var counts = new TreeMap<RowCounts, RowCounts>(ORDER);
        for (var event : events) {
            var one = one(event);
            if (one != null && (since == null || !one.day().isBefore(since))) {
                counts.merge(one, one, RowCounts::plus);
            }
        }
        return counts.values();
    }

    private static @Nullable RowCounts one(Event event) {
        var tenant = tenant(event);
        var type = event.type();
        var inserted = type.equals(Change.INSERT.eventType()) ? 1 : 0;
        var updated = type.equals(Change.UPDATE.eventType()) ? 1 : 0;
        var deleted = type.equals(Change.DELETE.eventType()) ? 1 : 0;
        if (inserted + updated + deleted == 0) {
            return null;
        }
        var day = LocalDate.ofInstant(event.time(), ZoneOffset.UTC);
        return new RowCounts(tenant, day, inserted, updated, deleted, event.time());
    }

    private static TenantId tenant(Event event) {
        var tenant = event.extensions().getOrDefault("tenant", "");
        try {
            return new TenantId(UUID.fromString(tenant));
        } catch (IllegalArgumentException e) {
            throw new UnreadableEvent("ce_tenant is no id of a tenant: " + tenant);
        }
    }

    private RowCounts plus(RowCounts other) {
        return new RowCounts(
                tenant,
                day,
                inserted + other.inserted,
                updated + other.updated,
                deleted + other.deleted,
                lastAt.isAfter(other.lastAt) ? lastAt : other.lastAt);
    }
}
