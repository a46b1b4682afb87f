package dev.rowhouse.app.data.limits;

import dev.rowhouse.tenancy.Caller;
import java.util.HashMap;
import java.util.Map;

/** The plans that tenants can have, as they are now. */
public final class Plans {

    private static final String STANDARD = "standard";

    private final Plan standard;
    private final Map<String, Plan> configured;
    private volatile Map<String, Plan> byName;

    /**
     * @param standard that of a plan that has no settings; its time-out is what the database's connections have anyway
     * @param configured those that have settings, by name
     */
    public Plans(Plan standard, Map<String, Plan> configured) {
        this.standard = standard;
        this.configured = Map.copyOf(configured);
        this.byName = this.configured;
    }

    public Plan of(String name) {
        return byName.getOrDefault(name, standard);
    }

    /** Returns the name of the plan whose settings hold for one of that name: one of few. */
    public String settled(String name) {
        return byName.containsKey(name) ? name : STANDARD;
    }

    /** Takes over plans that stand before those of the same names that were configured, in place of any taken over earlier. */
    public void take(Map<String, Plan> plans) {
        var all = new HashMap<>(configured);
        all.putAll(plans);
        byName = Map.copyOf(all);
    }

    /** Returns the caller with the time-out of its plan, if that differs from what a statement gets without one. */
    public Caller bounded(Caller caller, Plan plan) {
        var timeout = plan.limits().statementTimeout();
        return timeout.equals(standard.limits().statementTimeout()) ? caller : caller.within(timeout);
    }
}
