package dev.rowhouse.app.data.plan;

import dev.rowhouse.app.data.query.OrderTerm.Direction;
import dev.rowhouse.app.data.query.OrderTerm.Nulls;
import org.jspecify.annotations.Nullable;

/** A term of the order; null is PostgreSQL's default. */
public record Sort(
        Expression value,
        @Nullable Direction direction,
        @Nullable Nulls nulls) {}
