package dev.rowhouse.app.data.plan;

import dev.rowhouse.tenancy.catalog.ColumnType;
import dev.rowhouse.tenancy.catalog.ColumnType.Origin;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map.Entry;
import java.util.Set;

/** What a client gives a function. */
public sealed interface Payload {

    /** Returns the names of the arguments in the client's order. */
    Set<String> names();

    /** Says whether it can be, as a whole, an unnamed argument of the type. */
    boolean fits(ColumnType type);

    /** Values in PostgreSQL's text form, of a URL or a form; one name may come more than once. */
    record Texts(List<Entry<String, String>> values) implements Payload {

        public Texts {
            values = List.copyOf(values);
        }

        @Override
        public Set<String> names() {
            var names = new LinkedHashSet<String>();
            values.forEach(value -> names.add(value.getKey()));
            return names;
        }

        @Override
        public boolean fits(ColumnType type) {
            return false;
        }

        List<String> of(String name) {
            var found = new ArrayList<String>();
            for (var value : values) {
                if (value.getKey().equals(name)) {
                    found.add(value.getValue());
                }
            }
            return found;
        }
    }

    /**
     * A JSON body.
     *
     * @param names the members that are arguments
     * @param text the body as it came
     * @param listed whether it is an array, of which the first object counts
     */
    record Json(Set<String> names, String text, boolean listed) implements Payload {

        @Override
        public boolean fits(ColumnType type) {
            return isSystem(type, "json") || isSystem(type, "jsonb");
        }
    }

    /**
     * A body that is one value.
     *
     * @param type that takes it, such as {@code bytea}
     * @param text the value in PostgreSQL's text form
     */
    record Whole(String type, String text) implements Payload {

        @Override
        public Set<String> names() {
            return Set.of();
        }

        @Override
        public boolean fits(ColumnType argument) {
            return isSystem(argument, type);
        }
    }

    private static boolean isSystem(ColumnType type, String name) {
        return !type.array() && type.origin() == Origin.SYSTEM && type.name().equals(name);
    }
}
