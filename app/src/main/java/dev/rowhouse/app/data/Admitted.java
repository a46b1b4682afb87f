package dev.rowhouse.app.data;

import dev.rowhouse.app.data.limits.Plan;
import dev.rowhouse.app.data.query.Limits;
import dev.rowhouse.tenancy.Caller;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.directory.Resident;
import java.util.Objects;

/**
 * A request whose tenant is active and whose caller holds one of its keys or is one of its users.
 *
 * @param planName under which the plan's settings stand
 */
public record Admitted(Resident resident, Caller caller, Plan plan, String planName) {

    public Limits limits() {
        return plan.limits();
    }

    public House house() {
        return Objects.requireNonNull(resident.tenant().house(), "an active tenant has a house");
    }

    public CallerClass callerClass() {
        return caller.callerClass();
    }
}
