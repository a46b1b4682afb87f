package dev.rowhouse.platform.crypto;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Marks what is handed out so that it is known again and cannot be made up: HMAC-SHA256 under a key for one purpose. */
public final class Seal {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int LENGTH = 16;

    private final SecretKeySpec key;

    private Seal(byte[] key) {
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /** @param secret of 32 characters or more */
    public static Seal of(String secret) {
        return new Seal(secret.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the seal of one purpose; it says nothing of this one or of another purpose's. */
    public Seal forPurpose(String purpose) {
        return new Seal(mac(purpose.getBytes(StandardCharsets.UTF_8)));
    }

    /** Returns a mark of 16 bytes. */
    public byte[] mark(byte[] content) {
        return Arrays.copyOf(mac(content), LENGTH);
    }

    /** Says whether {@code mark} is of {@code content}, in a time that does not depend on where it differs. */
    public boolean isMark(byte[] mark, byte[] content) {
        return MessageDigest.isEqual(mark, mark(content));
    }

    private byte[] mac(byte[] content) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(content);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }
}
