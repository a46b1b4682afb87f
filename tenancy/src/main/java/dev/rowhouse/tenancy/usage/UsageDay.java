package dev.rowhouse.tenancy.usage;

import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.TenantId;
import java.time.LocalDate;

/** What a tenant used on a day. */
public record UsageDay(LocalDate day, TenantId tenant, Slug slug, Used used) {}
