package dev.rowhouse.app.data;

import dev.rowhouse.tenancy.Caller;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.directory.Resident;

/** A request whose tenant is active and whose caller holds one of its keys or is one of its users. */
public record Admitted(Resident resident, Caller caller) {

    public CallerClass callerClass() {
        return caller.callerClass();
    }
}
