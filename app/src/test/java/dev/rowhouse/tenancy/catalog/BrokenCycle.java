package dev.rowhouse.tenancy.catalog;

import dev.rowhouse.tenancy.broken.BrokenTenancy;
import org.jspecify.annotations.Nullable;

/** The other half of a cycle. */
public record BrokenCycle(@Nullable BrokenTenancy tenancy) {}
