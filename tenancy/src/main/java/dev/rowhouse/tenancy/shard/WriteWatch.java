package dev.rowhouse.tenancy.shard;

import dev.rowhouse.tenancy.HouseId;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Hears of what may have changed the rows of a house through this process, before anyone is answered that it has. */
@FunctionalInterface
public interface WriteWatch {

    /** Of nobody who wants to know. */
    WriteWatch NOBODY = (_, _) -> {};

    /** @param relations whose rows alone may have changed; null if it may be any */
    void mayHaveChanged(HouseId house, @Nullable Set<String> relations);
}
