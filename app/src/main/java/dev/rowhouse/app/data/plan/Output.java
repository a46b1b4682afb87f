package dev.rowhouse.app.data.plan;

import dev.rowhouse.tenancy.catalog.Column;

/** A member of the answer's objects. */
public record Output(Column column, String name) {}
