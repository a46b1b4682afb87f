package dev.rowhouse.tenancy.blueprint;

import dev.rowhouse.tenancy.catalog.Catalog;
import java.util.List;

/** What the proof of a blueprint found. */
record Findings(Catalog catalog, List<String> warnings) {

    Findings {
        warnings = List.copyOf(warnings);
    }
}
