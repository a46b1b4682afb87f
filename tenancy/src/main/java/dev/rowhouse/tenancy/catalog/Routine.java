package dev.rowhouse.tenancy.catalog;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A function or procedure.
 *
 * @param returnsSet whether it returns any number of rows
 * @param returnsRelation the relation whose row type it returns, or null
 */
public record Routine(
        String name,
        Kind kind,
        List<Argument> arguments,
        ColumnType returns,
        boolean returnsSet,
        @Nullable String returnsRelation,
        Volatility volatility,
        boolean securityDefiner,
        @Nullable String comment) {

    public enum Kind {
        FUNCTION,
        PROCEDURE
    }

    public enum Volatility {
        IMMUTABLE,
        STABLE,
        VOLATILE
    }

    /** One argument; an unnamed one has the empty name. */
    public record Argument(String name, ColumnType type, Mode mode, boolean hasDefault) {

        public enum Mode {
            IN,
            OUT,
            INOUT,
            VARIADIC,
            TABLE
        }
    }

    public Routine {
        arguments = List.copyOf(arguments);
    }
}
