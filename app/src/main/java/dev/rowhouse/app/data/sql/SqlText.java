package dev.rowhouse.app.data.sql;

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
        sql.append(schema.quoted()).append('.');
        return name(relation.name());
    }

    /** Adds a column of the row source {@code source}, which is one of our own words. */
    SqlText column(String source, Column column) {
        sql.append(source).append('.');
        return name(column.name());
    }

    SqlText type(ColumnType type) {
        sql.append(type.sql(schema));
        return this;
    }

    /** Adds a constant of our own, quoted. */
    SqlText literal(String text) {
        sql.append(Quoting.literal(text));
        return this;
    }

    /** Adds a number that belongs to the shape of the statement. */
    SqlText number(int number) {
        sql.append(number);
        return this;
    }

    /** Binds a value of the type. */
    SqlText value(String value, ColumnType type) {
        bind(value);
        return type(type);
    }

    /** Binds an array of which each element has the type. */
    SqlText values(List<String> elements, ColumnType type) {
        bind(ArrayText.of(elements));
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

    private void bind(String value) {
        values.add(value);
        sql.append('$').append(values.size()).append("::");
    }
}
