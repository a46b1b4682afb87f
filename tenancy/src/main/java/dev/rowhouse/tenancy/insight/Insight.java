package dev.rowhouse.tenancy.insight;

/** What a tenant's requests were like over the last hour and the last day. */
public record Insight(Activity hour, Activity day) {}
