package dev.rowhouse.tenancy;

import java.util.Set;

/** The name of a tenant in URLs: a DNS label (RFC 1123) of 3 to 40 characters. */
public record Slug(String value) {

    /** The rule in words fit for the operator who broke it. */
    public static final String RULE =
            "a slug is 3 to 40 of a-z, 0-9 and '-', starts with a letter, ends with a letter or"
                    + " digit, has no '--' and is not a reserved word";

    private static final int SHORTEST = 3;
    private static final int LONGEST = 40;

    // Host names of the product itself under the base domain.
    private static final Set<String> RESERVED = Set.of("admin", "api", "app", "docs", "mail", "status", "www");

    public Slug {
        if (!isValid(value)) {
            throw new IllegalArgumentException(RULE);
        }
    }

    /** Says whether {@code text} would be accepted. */
    public static boolean isValid(String text) {
        return hasForm(text) && !RESERVED.contains(text);
    }

    // By hand, because every request's address is looked at: a regular expression takes many times as long.
    private static boolean hasForm(String text) {
        var last = text.length() - 1;
        if (last + 1 < SHORTEST || last + 1 > LONGEST || !isLetter(text.charAt(0)) || text.charAt(last) == '-') {
            return false;
        }
        for (var i = 1; i <= last; i++) {
            var character = text.charAt(i);
            var hyphen = character == '-' && text.charAt(i - 1) != '-';
            if (!isLetter(character) && !isDigit(character) && !hyphen) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetter(char character) {
        return character >= 'a' && character <= 'z';
    }

    private static boolean isDigit(char character) {
        return character >= '0' && character <= '9';
    }

    @Override
    public String toString() {
        return value;
    }
}
