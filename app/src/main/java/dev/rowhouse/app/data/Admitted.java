package dev.rowhouse.app.data;

import dev.rowhouse.app.data.query.Limits;
import dev.rowhouse.tenancy.Caller;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.directory.Resident;
import java.util.Objects;

/** A request whose tenant is active and whose caller holds one of its keys or is one of its users. */
public record Admitted(Resident resident, Caller caller, Limits limits) {

    House house() {
        return Objects.requireNonNull(resident.tenant().house(), "an active tenant has a house");
    }

    public CallerClass callerClass() {
        return caller.callerClass();
    }
}
