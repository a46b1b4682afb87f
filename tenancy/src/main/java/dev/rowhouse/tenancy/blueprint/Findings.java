package dev.rowhouse.tenancy.blueprint;

import dev.rowhouse.tenancy.catalog.Catalog;
import java.util.List;

/**
 * What the proof of a blueprint found.
 *
 * @param refusals why the blueprint cannot be published; empty if it can
 */
record Findings(Catalog catalog, List<String> warnings, List<String> refusals) {

    Findings {
        warnings = List.copyOf(warnings);
        refusals = List.copyOf(refusals);
    }
}
