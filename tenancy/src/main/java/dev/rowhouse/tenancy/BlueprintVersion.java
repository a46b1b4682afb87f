package dev.rowhouse.tenancy;

import java.util.regex.Pattern;

/** Names one published version of a blueprint. */
public record BlueprintVersion(String name, int version) {

    private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9-]{0,38}");

    public BlueprintVersion {
        if (!FORM.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a blueprint's name is 1 to 39 of a-z, 0-9 and '-', and starts with a letter");
        }
        if (version < 1) {
            throw new IllegalArgumentException("version: " + version + " (expected: 1 or more)");
        }
    }

    @Override
    public String toString() {
        return name + "/" + version;
    }
}
