package dev.rowhouse.platform.secrets;

import java.util.Map;
import java.util.TreeSet;

/**
 * A version of a secret.
 *
 * @param version counted from 1; each write makes the next
 */
public record Secret(String path, long version, Map<String, String> values) {

    public Secret {
        values = Map.copyOf(values);
    }

    /** Names its members and shows none of their values. */
    @Override
    public String toString() {
        return "Secret[" + path + ", version " + version + ", " + new TreeSet<>(values.keySet()) + "]";
    }
}
