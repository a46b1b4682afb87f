package dev.rowhouse.app.conformance;

import java.util.List;

/**
 * One named promise of the reference.
 *
 * @param chapter the page of the reference it belongs to
 * @param section the page's section
 * @param line where it stands in its file
 */
record Case(String file, int line, String chapter, String section, String name, List<Exchange> exchanges) {

    Case {
        exchanges = List.copyOf(exchanges);
    }
}
