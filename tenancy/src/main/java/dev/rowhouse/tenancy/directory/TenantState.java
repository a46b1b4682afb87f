package dev.rowhouse.tenancy.directory;

import java.util.Locale;

/** The states of a tenant's life. A tenant whose onboarding was compensated is {@code FAILED} and has freed its slug. */
public enum TenantState {
    PROVISIONING,
    ACTIVE,
    SUSPENDED,
    OFFBOARDING,
    ARCHIVED,
    ERASED,
    FAILED;

    /** Returns the name as it stands in JSON and in the control database. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static TenantState of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
