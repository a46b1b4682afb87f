package dev.rowhouse.tenancy.fields;

import dev.rowhouse.tenancy.catalog.CustomField;
import java.time.Instant;
import java.util.Locale;

/** A tenant's own column as it is on record. */
public record Field(CustomField definition, State state, Instant createdAt) {

    /** How far it is. */
    public enum State {
        ADDING,
        ACTIVE,
        DROPPING;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        static State of(String label) {
            return valueOf(label.toUpperCase(Locale.ROOT));
        }
    }
}
