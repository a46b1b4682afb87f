package dev.rowhouse.tenancy.catalog;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A table, view or materialized view.
 *
 * @param columns in the order of their definition
 * @param primaryKey its columns in key order; empty without one. Of a view the columns that show the keys of its tables:
 *     they tell rows apart unless the query multiplies rows
 * @param uniqueKeys every unique constraint but the primary key
 * @param rowSecurity whether row-level security is enabled
 * @param callerIndependent whether an answer cannot depend on who asks, row-level policies aside: a plain table of which no
 *     column and no index runs the blueprint's own code when it is planned, read or turned into JSON
 * @param insertable whether rows can be inserted, {@code updatable} likewise (false for views that PostgreSQL does not
 *     update by itself)
 * @param plainWrites whether inserting, updating and deleting run none of the blueprint's own code, row-level policies
 *     aside: no trigger, no expression with a function of the house, and no foreign key that carries a change on to a
 *     relation of which that is not true
 * @param origins of a view: which of its columns show which column of which table, as far as it shows them unchanged
 */
public record Relation(
        String name,
        Kind kind,
        @Nullable String comment,
        List<Column> columns,
        List<String> primaryKey,
        List<List<String>> uniqueKeys,
        List<ForeignKey> foreignKeys,
        boolean rowSecurity,
        boolean callerIndependent,
        boolean insertable,
        boolean updatable,
        boolean plainWrites,
        Map<String, Origin> origins) {

    private static final Pattern EXTENSIBLE = Pattern.compile("(?<!\\S)@extensible\\b");

    /** What the relation is. */
    public enum Kind {
        TABLE,
        VIEW,
        MATERIALIZED_VIEW
    }

    /** A foreign key: {@code columns} here refer to {@code referencedColumns} of {@code referencedRelation}. */
    public record ForeignKey(
            String name, List<String> columns, String referencedRelation, List<String> referencedColumns) {}

    /** A column of a table. */
    public record Origin(String relation, String column) {}

    public Relation {
        columns = List.copyOf(columns);
        primaryKey = List.copyOf(primaryKey);
        uniqueKeys = List.copyOf(uniqueKeys);
        foreignKeys = List.copyOf(foreignKeys);
        origins = Map.copyOf(origins);
    }

    /** Says whether tenants may add columns of their own: a table whose comment holds the word {@code @extensible}. */
    @JsonIgnore
    public boolean isExtensible() {
        return kind == Kind.TABLE && isMarkedExtensible();
    }

    /** Says whether the comment asks for that, of whatever kind the relation is. */
    @JsonIgnore
    public boolean isMarkedExtensible() {
        return comment != null && EXTENSIBLE.matcher(comment).find();
    }

    /** Returns the column, or null when the relation has none of that name. */
    public @Nullable Column column(String columnName) {
        for (var column : columns) {
            if (column.name().equals(columnName)) {
                return column;
            }
        }
        return null;
    }

    Relation with(Column column) {
        var extended = new ArrayList<>(columns);
        extended.add(column);
        return new Relation(
                name,
                kind,
                comment,
                extended,
                primaryKey,
                uniqueKeys,
                foreignKeys,
                rowSecurity,
                callerIndependent,
                insertable,
                updatable,
                plainWrites,
                origins);
    }

    @JsonIgnore
    public List<String> columnNames() {
        return columns.stream().map(Column::name).toList();
    }
}
