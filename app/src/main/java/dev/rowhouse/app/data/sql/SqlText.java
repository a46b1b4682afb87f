package dev.rowhouse.app.data.sql;

import dev.rowhouse.app.data.plan.CastType;
import dev.rowhouse.app.data.plan.Expression;
import dev.rowhouse.platform.postgres.Quoting;
import dev.rowhouse.tenancy.SchemaName;
import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.ColumnType;
import dev.rowhouse.tenancy.catalog.Relation;
import dev.rowhouse.tenancy.shard.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A statement in the making: text and values grow together. */
final class SqlText {

    private final SchemaName schema;
    private final StringBuilder sql = new StringBuilder(512);
    private final List<@Nullable String> values = new ArrayList<>();
    private int aliases;

    SqlText(SchemaName schema) {
        this.schema = schema;
    }

    /** Adds our own words, never a name or a value. */
    SqlText words(String words) {
        sql.append(words);
        return this;
    }

    /** Adds a name, quoted. */
    SqlText name(String name) {
        sql.append(Quoting.identifier(name));
        return this;
    }

    /** Adds the relation with its schema. */
    SqlText relation(Relation relation) {
        return relation(relation.name());
    }

    /** Adds the relation of that name with its schema. */
    SqlText relation(String relation) {
        sql.append(schema.quoted()).append('.');
        return name(relation);
    }

    /** Adds the relation as a value that PostgreSQL's own functions take. */
    SqlText regclass(Relation relation) {
        return literal(schema.quoted() + "." + Quoting.identifier(relation.name()))
                .words("::regclass");
    }

    /** Adds the house's routine of that name with its schema. */
    SqlText routine(String routine) {
        return relation(routine);
    }

    /** Adds a column of the row source {@code source}, which is one of our own words. */
    SqlText column(String source, Column column) {
        return column(source, column.name());
    }

    /** Adds the column of that name of the row source {@code source}, which is one of our own words. */
    SqlText column(String source, String column) {
        sql.append(source).append('.');
        return name(column);
    }

    /** Returns a word for a row source that this statement has not used: {@code kind} with a number. */
    String alias(String kind) {
        aliases++;
        return kind + aliases;
    }

    SqlText type(ColumnType type) {
        sql.append(type.sql(schema));
        return this;
    }

    /** Adds a type with its modifiers, as in {@code bpchar(1)}. */
    SqlText castType(CastType target) {
        sql.append(target.type().elementSql(schema));
        for (int i = 0; i < target.modifiers().size(); i++) {
            sql.append(i == 0 ? '(' : ',').append((int) target.modifiers().get(i));
        }
        sql.append(target.modifiers().isEmpty() ? "" : ")").append(target.type().array() ? "[]" : "");
        return this;
    }

    /** Adds a constant, quoted: one of our own, or a name within a value. */
    SqlText literal(String text) {
        sql.append(Quoting.literal(text));
        return this;
    }

    /** Adds a number that belongs to the shape of the statement. */
    SqlText number(int number) {
        sql.append(number);
        return this;
    }

    /** Binds a value of the type, which a filter gives. */
    SqlText value(String value, ColumnType type) {
        var filter = filter(type);
        if (filter != null) {
            return routine(filter).words("(").value(value, "text").words(")");
        }
        bind(value);
        return type(type);
    }

    /** Binds a value in the text form that PostgreSQL itself gave it. */
    SqlText stored(String value, ColumnType type) {
        bind(value);
        return type(type);
    }

    /** Binds an array of which each element has the type. */
    SqlText values(List<String> elements, ColumnType type) {
        return array(ArrayText.of(elements), type);
    }

    /** Binds an array in PostgreSQL's text form, of which each element has the type. */
    SqlText array(String array, ColumnType type) {
        var filter = filter(type);
        if (filter != null) {
            words("ARRAY(SELECT ").routine(filter).words("(element) FROM unnest(");
            return array(array, Expression.TEXT).words(") AS element)");
        }
        bind(array);
        sql.append(type.elementSql(schema)).append("[]");
        return this;
    }

    /** Binds a value of one of PostgreSQL's own types. */
    SqlText value(String value, String systemType) {
        bind(value);
        sql.append("pg_catalog.").append(Quoting.identifier(systemType));
        return this;
    }

    /** Adds {@code separator} before all but the first of something. */
    SqlText separated(int index, String separator) {
        if (index > 0) {
            sql.append(separator);
        }
        return this;
    }

    Statement statement() {
        return new Statement(sql.toString(), values);
    }

    @Override
    public String toString() {
        return sql.toString();
    }

    // Of an array's elements PostgreSQL's own form counts, as their type has no say in how the array travels.
    private static @Nullable String filter(ColumnType type) {
        var representation = type.representation();
        return representation == null || type.array() ? null : representation.filter();
    }

    private void bind(String value) {
        values.add(value);
        sql.append('$').append(values.size()).append("::");
    }
}
