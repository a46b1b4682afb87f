package dev.rowhouse.platform.broken;

import dev.rowhouse.tenancy.broken.BrokenTenancy;

/** Looks up from the bottom. */
public record BrokenPlatform(BrokenTenancy tenancy) {}
