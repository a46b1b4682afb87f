package dev.rowhouse.app.events;

import dev.rowhouse.app.data.plan.Condition;
import dev.rowhouse.app.data.plan.ReadPlan;
import dev.rowhouse.app.data.plan.RowsPlan;
import dev.rowhouse.tenancy.Caller;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.catalog.Relation;
import java.util.Objects;

/** One relation as one caller sees it through one filter. Two are equal if they see the same of every change. */
final class Sight {

    private final Caller caller;
    private final RowsPlan plan;
    private final String filter;
    private final String claims;

    /**
     * @param plan of all rows of the relation that meet the filter
     * @param filter as the client wrote it
     */
    Sight(Caller caller, ReadPlan plan, String filter) {
        this.caller = caller;
        this.plan = plan.rows().unordered();
        this.filter = filter;
        this.claims = plan.callerIndependent() ? "" : caller.claims();
    }

    Caller caller() {
        return caller;
    }

    CallerClass callerClass() {
        return caller.callerClass();
    }

    RowsPlan plan() {
        return plan;
    }

    Relation relation() {
        return plan.source().relation();
    }

    boolean isFiltered() {
        return !plan.condition().equals(Condition.NONE);
    }

    /** Says whether policies decide row by row. */
    boolean isUnderPolicies() {
        return relation().rowSecurity() && callerClass() != CallerClass.SERVICE;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Sight that
                && callerClass() == that.callerClass()
                && relation().name().equals(that.relation().name())
                && relation().columns().size() == that.relation().columns().size()
                && claims.equals(that.claims)
                && filter.equals(that.filter);
    }

    @Override
    public int hashCode() {
        return Objects.hash(callerClass(), relation().name(), claims, filter);
    }
}
