package dev.rowhouse.tenancy;

import java.security.SecureRandom;
import java.util.regex.Pattern;

/** The opaque id of a house: its schema and its roles are named after it, so a customer's name is in no catalog. */
public record HouseId(String value) {

    private static final Pattern FORM = Pattern.compile("[a-z2-7]{16}");
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
    private static final int LENGTH = 16;
    private static final String SCRATCH = "scratch";
    private static final SecureRandom RANDOM = new SecureRandom();

    public HouseId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("house id: " + value + " (expected: 16 of a-z and 2-7)");
        }
    }

    /** Returns a fresh id of 80 random bits. */
    public static HouseId random() {
        return startingWith("");
    }

    /** Returns a fresh id for a house that is taken down again at once; if it is left standing, its id says so. */
    public static HouseId scratch() {
        return startingWith(SCRATCH);
    }

    /** Says whether nobody ever lives in this house. */
    public boolean isScratch() {
        return value.startsWith(SCRATCH);
    }

    // Drawn again if chance begins it as a scratch house's: such a house would be taken for one.
    private static HouseId startingWith(String prefix) {
        var text = new StringBuilder(LENGTH).append(prefix);
        RANDOM.ints(LENGTH - prefix.length(), 0, ALPHABET.length())
                .forEach(index -> text.append(ALPHABET.charAt(index)));
        var id = new HouseId(text.toString());
        return id.isScratch() == prefix.equals(SCRATCH) ? id : startingWith(prefix);
    }

    /** Returns the schema that holds the house's objects. */
    public SchemaName schema() {
        return new SchemaName("h_" + value);
    }

    /** Returns the role that owns the house's objects and never serves a request. */
    public RoleName owner() {
        return new RoleName("h_" + value + "_o");
    }

    /** Returns the role that callers of {@code callerClass} act as in this house. */
    public RoleName role(CallerClass callerClass) {
        return new RoleName("h_" + value + "_" + callerClass.suffix());
    }

    @Override
    public String toString() {
        return value;
    }
}
