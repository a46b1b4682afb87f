package dev.rowhouse.app.data.plan;

import dev.rowhouse.app.data.query.Operand.Step;
import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.ColumnType;
import dev.rowhouse.tenancy.catalog.ColumnType.Category;
import dev.rowhouse.tenancy.catalog.ColumnType.Origin;
import java.util.List;

/** A value computed from one row, its names resolved. */
public sealed interface Expression {

    /** Returns the type of the value. */
    ColumnType type();

    /** A column. */
    record Field(Column column) implements Expression {
        @Override
        public ColumnType type() {
            return column.type();
        }
    }

    /** A computed field: a function of the house, applied to the whole row. */
    record Computed(String function, ColumnType type) implements Expression {}

    /** The value as a function of the house shows it, which makes {@code json} of its domain. */
    record Represented(Expression value, String function) implements Expression {
        @Override
        public ColumnType type() {
            return JSON;
        }
    }

    /**
     * What lies inside of a value.
     *
     * @param converted whether the value becomes {@code jsonb} first
     * @param steps at least one
     */
    record Inside(Expression value, boolean converted, List<Step> steps) implements Expression {
        public Inside {
            steps = List.copyOf(steps);
        }

        @Override
        public ColumnType type() {
            return steps.getLast().asText() ? TEXT : converted ? JSONB : value.type();
        }
    }

    /** The value as {@code jsonb}, which can be compared where {@code json} cannot. */
    record Json(Expression value) implements Expression {
        @Override
        public ColumnType type() {
            return JSONB;
        }
    }

    /** The value cast to another type. */
    record Cast(Expression value, CastType target) implements Expression {
        @Override
        public ColumnType type() {
            return target.type();
        }
    }

    /** The value of the one related row, or null. */
    record Related(EmbeddedPlan embedding, Expression value) implements Expression {
        @Override
        public ColumnType type() {
            return value.type();
        }
    }

    /** PostgreSQL's {@code text}. */
    ColumnType TEXT = new ColumnType(Origin.SYSTEM, "text", "text", false, Category.TEXT, List.of());

    /** PostgreSQL's {@code json}. */
    ColumnType JSON = new ColumnType(Origin.SYSTEM, "json", "json", false, Category.JSON, List.of());

    /** PostgreSQL's {@code jsonb}. */
    ColumnType JSONB = new ColumnType(Origin.SYSTEM, "jsonb", "jsonb", false, Category.JSON, List.of());
}
