package dev.rowhouse.platform.crypto;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The SHA-256 of a text: what is stored instead of a secret. Only for secrets drawn at random; a password needs a slow
 * hash.
 */
public final class Fingerprint {

    private static final int LENGTH = 32;

    // Copied for each use: looking the algorithm up takes longer than hashing a key.
    private static final MessageDigest SHA_256 = sha256();

    private final byte[] digest;

    private Fingerprint(byte[] digest) {
        if (digest.length != LENGTH) {
            throw new IllegalArgumentException("fingerprint: " + digest.length + " bytes (expected: " + LENGTH + ")");
        }
        this.digest = digest;
    }

    public static Fingerprint of(String text) {
        return new Fingerprint(fresh().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Returns the fingerprint whose {@link #hex} this is. */
    public static Fingerprint ofHex(String hex) {
        return new Fingerprint(HexFormat.of().parseHex(hex));
    }

    public String hex() {
        return HexFormat.of().formatHex(digest);
    }

    /** Compares in a time that does not depend on where the two differ. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Fingerprint that && MessageDigest.isEqual(digest, that.digest);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(digest);
    }

    @Override
    public String toString() {
        return "Fingerprint[" + hex().substring(0, 8) + "…]";
    }

    private static MessageDigest fresh() {
        try {
            return (MessageDigest) SHA_256.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the platform's SHA-256 can be copied", e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
