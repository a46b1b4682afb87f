package dev.rowhouse.app.data;

import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.directory.Resident;

/** A request whose tenant is active and whose caller holds one of its keys. */
record Admitted(Resident resident, CallerClass callerClass) {}
