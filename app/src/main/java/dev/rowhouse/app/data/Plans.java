package dev.rowhouse.app.data;

import dev.rowhouse.app.data.query.Limits;
import dev.rowhouse.tenancy.Caller;
import java.util.Map;

/**
 * The limits of each plan that a tenant can have.
 *
 * @param standard those of a plan that is not named here; its time-out is what the database's connections have anyway
 */
public record Plans(Limits standard, Map<String, Limits> byName) {

    public Plans {
        byName = Map.copyOf(byName);
    }

    Limits of(String plan) {
        return byName.getOrDefault(plan, standard);
    }

    /** Returns the caller with the time-out of its limits, if that differs from what a statement gets without one. */
    Caller bounded(Caller caller, Limits limits) {
        var timeout = limits.statementTimeout();
        return timeout.equals(standard.statementTimeout()) ? caller : caller.within(timeout);
    }
}
