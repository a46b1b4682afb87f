package dev.rowhouse.tenancy.directory;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** The only ways from one {@link TenantState} to another. Each is an event of its own. */
public enum Transition {
    ACTIVATED("tenant.activated", TenantState.ACTIVE, TenantState.PROVISIONING),
    ONBOARDING_FAILED("tenant.onboarding_failed", TenantState.FAILED, TenantState.PROVISIONING),
    SUSPENDED("tenant.suspended", TenantState.SUSPENDED, TenantState.ACTIVE),
    RESUMED("tenant.resumed", TenantState.ACTIVE, TenantState.SUSPENDED),
    OFFBOARDING_BEGUN("tenant.offboarding_begun", TenantState.OFFBOARDING, TenantState.SUSPENDED),
    ARCHIVED("tenant.archived", TenantState.ARCHIVED, TenantState.OFFBOARDING),
    ERASED("tenant.erased", TenantState.ERASED, TenantState.ARCHIVED);

    private final String event;
    private final TenantState to;
    private final TenantState from;

    Transition(String event, TenantState to, TenantState from) {
        this.event = event;
        this.to = to;
        this.from = from;
    }

    /** Returns the type of its event. Stored: never rename. */
    public String event() {
        return event;
    }

    public TenantState from() {
        return from;
    }

    public TenantState to() {
        return to;
    }

    /** Returns the transition that {@code event} tells of; empty for an event that leaves the state as it is. */
    static Optional<Transition> of(String event) {
        return Arrays.stream(values())
                .filter(transition -> transition.event.equals(event))
                .findFirst();
    }

    /** Returns the states in which a tenant's slug is free for another. */
    public static Set<TenantState> ends() {
        return Set.of(TenantState.FAILED, TenantState.ERASED);
    }
}
