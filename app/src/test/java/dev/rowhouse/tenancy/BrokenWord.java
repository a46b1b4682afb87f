package dev.rowhouse.tenancy;

import dev.rowhouse.tenancy.catalog.BrokenCycle;

/** A shared word that uses one of the packages it is shared by. */
public record BrokenWord(BrokenCycle cycle) {}
