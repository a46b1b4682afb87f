package dev.rowhouse.app.data.plan;

import dev.rowhouse.tenancy.catalog.Relation;

/** Where rows come from; whatever it is, its rows have the columns of {@link #relation}. */
public sealed interface Source {

    /** Returns what the rows look like and are related to. */
    Relation relation();

    /** The relation itself. */
    record Table(Relation relation) implements Source {}

    /** The rows that the statement's own write has changed: what it returned under the name {@code changed}. */
    record Changed(Relation relation) implements Source {}

    /**
     * The rows that the statement's own call of a function has returned, under the name {@code called}.
     *
     * @param relation whose rows the function returns, or one made up from its result's columns
     * @param whole whether each row is of the relation's own row type
     */
    record Called(Relation relation, boolean whole) implements Source {}

    /** The rows that a function of the house returns for the row they are embedded in. */
    record Computed(Relation relation, String function) implements Source {}
}
