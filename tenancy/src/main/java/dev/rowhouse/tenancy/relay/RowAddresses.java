package dev.rowhouse.tenancy.relay;

import dev.rowhouse.tenancy.Slug;
import java.util.List;

/** Where rows can be read. */
@FunctionalInterface
public interface RowAddresses {

    /** @param key the values of the row's key, in the key's order; empty for the relation as a whole */
    String of(Slug tenant, String relation, List<String> key);
}
