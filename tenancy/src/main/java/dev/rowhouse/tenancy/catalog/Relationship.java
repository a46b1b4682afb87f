package dev.rowhouse.tenancy.catalog;

import java.util.List;

/**
 * A way from the rows of one relation to those of another, or of the same.
 *
 * @param source whose rows have related ones
 * @param target whose rows are related
 */
public record Relationship(String source, String target, Cardinality cardinality, Link link) {

    /** How many rows stand on either side, the source's first. */
    public enum Cardinality {
        ONE_TO_ONE,
        MANY_TO_ONE,
        ONE_TO_MANY,
        MANY_TO_MANY;

        /** Says whether a source row has at most one related row. */
        public boolean isToOne() {
            return this == ONE_TO_ONE || this == MANY_TO_ONE;
        }
    }

    /** What relates the rows. */
    public sealed interface Link {

        /**
         * A foreign key, on either side: {@code columns} of the source equal {@code targetColumns}.
         *
         * @param constraint the foreign key's name
         * @param referring whether it is the source's rows that refer to the target's; it tells the two directions of a
         *     relation with itself apart
         */
        record Key(String constraint, List<String> columns, List<String> targetColumns, boolean referring)
                implements Link {
            public Key {
                columns = List.copyOf(columns);
                targetColumns = List.copyOf(targetColumns);
            }
        }

        /**
         * A relation with a foreign key to either side.
         *
         * @param toSource the key to the source: its columns are the junction's
         * @param toTarget the key to the target: its columns are the junction's
         */
        record Junction(String relation, Key toSource, Key toTarget) implements Link {}

        /** A function that takes a source row and returns target rows. */
        record Function(String name) implements Link {}
    }
}
