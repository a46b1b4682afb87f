package dev.rowhouse.tenancy.shard;

import dev.rowhouse.tenancy.HouseId;

/** Is told how long a house kept a connection of its shard busy; must be quick. */
@FunctionalInterface
public interface StatementTime {

    /** Counts nothing. */
    StatementTime UNCOUNTED = (_, _, _) -> {};

    /** @param sql the text of the last statement meanwhile, with places for its values; empty if there was none */
    void used(HouseId house, long nanos, String sql);
}
