package dev.rowhouse.platform.crypto;

import java.security.SecureRandom;

/** Texts nobody can guess. */
public final class RandomText {

    private static final String BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final SecureRandom RANDOM = new SecureRandom();

    private RandomText() {}

    /** Returns {@code length} letters and digits, each of 5.95 random bits. */
    public static String base62(int length) {
        var text = new StringBuilder(length);
        RANDOM.ints(length, 0, BASE62.length()).forEach(index -> text.append(BASE62.charAt(index)));
        return text.toString();
    }
}
