package dev.rowhouse.tenancy;

import java.util.regex.Pattern;

/** The name of a shard. It is written into the control database, so it never changes. */
public record ShardName(String value) {

    private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9-]{0,38}");

    public ShardName {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "a shard's name is 1 to 39 of a-z, 0-9 and '-', and starts with a letter");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
