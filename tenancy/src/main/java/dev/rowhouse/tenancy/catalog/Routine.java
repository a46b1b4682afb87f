package dev.rowhouse.tenancy.catalog;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.rowhouse.tenancy.catalog.ColumnType.Category;
import dev.rowhouse.tenancy.catalog.ColumnType.Origin;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A function or procedure.
 *
 * @param returnsSet whether it returns any number of rows
 * @param returnsRelation the relation whose row type it returns, or null
 * @param rows how many rows it is declared to return; 0 unless it returns a set
 * @param settings what it sets while it runs, such as {@code statement_timeout}; the search path aside
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
        @Nullable String comment,
        int rows,
        Map<String, String> settings) {

    // The characters of RFC 6838 and the wildcard.
    private static final Pattern MEDIA_TYPE =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*|\\*/\\*");

    public enum Kind {
        FUNCTION,
        PROCEDURE
    }

    /** What one result is. */
    public enum Result {
        /** Nothing at all. */
        VOID,
        SCALAR,
        /** A row with named columns: of a relation, a composite type or the output arguments. */
        COMPOSITE,
        /** A row whose columns only the call itself could name. */
        RECORD
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

        @JsonIgnore
        public boolean isInput() {
            return mode != Mode.OUT && mode != Mode.TABLE;
        }

        @JsonIgnore
        public boolean isOutput() {
            return mode == Mode.OUT || mode == Mode.INOUT || mode == Mode.TABLE;
        }
    }

    public Routine {
        arguments = List.copyOf(arguments);
        settings = Map.copyOf(settings);
    }

    /** Returns the arguments that a call gives. */
    @JsonIgnore
    public List<Argument> inputs() {
        return arguments.stream().filter(Argument::isInput).toList();
    }

    /** Returns the columns of the result that are arguments: what OUT, INOUT and TABLE name. */
    @JsonIgnore
    public List<Argument> outputs() {
        return arguments.stream().filter(Argument::isOutput).toList();
    }

    @JsonIgnore
    public Result result() {
        if (!outputs().isEmpty() || returns.category() == Category.COMPOSITE && !returns.array()) {
            return Result.COMPOSITE;
        }
        if (returns.origin() != Origin.SYSTEM || returns.array()) {
            return Result.SCALAR;
        }
        return switch (returns.name()) {
            case "void" -> Result.VOID;
            case "record" -> Result.RECORD;
            default -> Result.SCALAR;
        };
    }

    /** Returns the media type that its answer is, because it returns a domain of that name; else null. */
    @JsonIgnore
    public @Nullable String mediaType() {
        return mediaType(returns);
    }

    /** Returns the media type that values of the type are, because it is a domain of that name; else null. */
    public static @Nullable String mediaType(ColumnType type) {
        return type.origin() == Origin.HOUSE
                        && !type.array()
                        && MEDIA_TYPE.matcher(type.name()).matches()
                ? type.name()
                : null;
    }

    /** Returns the type of the only argument that a call of the function gives, or null. */
    @Nullable
    ColumnType onlyInput() {
        var inputs = inputs();
        return kind == Kind.FUNCTION && inputs.size() == 1 && inputs.getFirst().mode() != Argument.Mode.VARIADIC
                ? inputs.getFirst().type()
                : null;
    }
}
