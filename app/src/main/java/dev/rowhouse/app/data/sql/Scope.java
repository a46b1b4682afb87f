package dev.rowhouse.app.data.sql;

import dev.rowhouse.app.data.plan.Source;

/**
 * A row source within a statement.
 *
 * @param alias the word by which the statement knows its rows: {@code t}, or that with a number
 */
record Scope(String alias, Source source) {

    static final String ROW = "t";

    /** Returns the scope of a statement that has no other. */
    static Scope outermost(Source source) {
        return new Scope(ROW, source);
    }

    /** Adds a row of it as one value of the relation's row type. */
    void wholeRow(SqlText text) {
        switch (source) {
            case Source.Table _, Source.Computed _ -> text.words(alias).words(".*");
            case Source.Changed(var relation) ->
                text.words("ROW(").words(alias).words(".*)::").relation(relation);
            case Source.Called(var relation, var whole) -> {
                text.words("ROW(").words(alias).words(".*)");
                if (whole) {
                    text.words("::").relation(relation);
                }
            }
        }
    }

    /** Adds what stands behind {@code FROM}. */
    void from(Scope parent, SqlText text) {
        switch (source) {
            case Source.Table(var relation) -> text.relation(relation);
            case Source.Changed _ -> text.words("changed");
            case Source.Called _ -> text.words("called");
            case Source.Computed(var _, var function) -> {
                parent.wholeRow(text.routine(function).words("("));
                text.words(")");
            }
        }
        text.words(" AS ").words(alias);
    }
}
