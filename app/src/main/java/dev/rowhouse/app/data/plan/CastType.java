package dev.rowhouse.app.data.plan;

import dev.rowhouse.tenancy.catalog.ColumnType;
import java.util.List;

/**
 * What a value is cast to.
 *
 * @param modifiers the numbers behind the name, as in {@code bpchar(1)}; empty for none
 */
public record CastType(ColumnType type, List<Integer> modifiers) {

    public CastType {
        modifiers = List.copyOf(modifiers);
    }
}
