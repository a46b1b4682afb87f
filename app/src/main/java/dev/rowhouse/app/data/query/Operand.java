package dev.rowhouse.app.data.query;

/** What is selected, compared or ordered by. */
public sealed interface Operand {

    /** A column of the relation. */
    record OfColumn(String name) implements Operand {}
}
