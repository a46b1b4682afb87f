package dev.rowhouse.app.data.query;

import java.util.List;

/**
 * What is selected, compared or ordered by: a column or computed field, and the way into its value.
 *
 * @param path into JSON, a composite or an array, as in {@code location->home->>city}; empty for the value itself
 */
public record Operand(String column, List<Step> path) {

    /** A step into a value. */
    public sealed interface Step {

        /** Says whether the result is text ({@code ->>}) and not JSON ({@code ->}). */
        boolean asText();

        /** Into the member {@code name} of an object. */
        record Member(String name, boolean asText) implements Step {}

        /** Into the element {@code index} of an array, from 0, or from the end when negative. */
        record Element(int index, boolean asText) implements Step {}
    }

    public Operand {
        path = List.copyOf(path);
    }

    /** Returns the column's value itself. */
    public static Operand of(String column) {
        return new Operand(column, List.of());
    }
}
