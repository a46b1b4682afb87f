package dev.rowhouse.app.openapi;

import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.Relation;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the blueprint's comments, keys and defaults say to people. */
final class Comments {

    // Words to Rowhouse, not to people.
    private static final Pattern DIRECTIVES = Pattern.compile("(?<!\\S)@(?:extensible\\b|journal\\s+off\\b)");

    private Comments() {}

    /** Returns the comment as people should read it; empty without one. */
    static String text(@Nullable String comment) {
        return comment == null ? "" : DIRECTIVES.matcher(comment).replaceAll("").strip();
    }

    /** Returns the first line, or {@code otherwise} without one. */
    static String summary(@Nullable String comment, String otherwise) {
        var text = text(comment);
        return text.isEmpty()
                ? otherwise
                : text.lines().findFirst().orElse(otherwise).strip();
    }

    /** Returns what follows the first line; empty if nothing does. */
    static String rest(@Nullable String comment) {
        var text = text(comment);
        int end = text.indexOf('\n');
        return end < 0 ? "" : text.substring(end).strip();
    }

    static String describe(Relation relation, Column column) {
        var text = new StringBuilder(text(column.comment()));
        if (relation.primaryKey().contains(column.name())) {
            note(text, "This is a Primary Key.<pk/>");
        }
        for (var key : relation.foreignKeys()) {
            int index = key.columns().indexOf(column.name());
            if (index >= 0 && index < key.referencedColumns().size()) {
                var table = key.referencedRelation();
                var referenced = key.referencedColumns().get(index);
                note(
                        text,
                        "This is a Foreign Key to `" + table + "." + referenced + "`.<fk table='" + attribute(table)
                                + "' column='" + attribute(referenced) + "'/>");
            }
        }
        switch (column.generation()) {
            case NONE -> {
                if (column.defaultExpression() != null && Defaults.constant(column) == null) {
                    note(text, "The default is `" + column.defaultExpression() + "`.");
                }
            }
            case IDENTITY_BY_DEFAULT -> note(text, "The database gives a number where none is given.");
            case IDENTITY_ALWAYS -> note(text, "The database gives the number.");
            case STORED, VIRTUAL -> note(text, "The database computes it.");
        }
        return text.toString();
    }

    private static void note(StringBuilder text, String note) {
        text.append(text.isEmpty() ? "" : "\n\n").append("Note:\n").append(note);
    }

    private static String attribute(String text) {
        return text.replace("&", "&amp;").replace("'", "&#39;").replace("<", "&lt;");
    }
}
