package dev.rowhouse.platform.secrets;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** AES-256-GCM with a nonce of its own for each content, which stands before it. */
final class AesGcm {

    static final int KEY_BYTES = 32;

    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    private AesGcm() {}

    /** @param purpose what the content is; it opens as nothing else */
    static byte[] sealed(byte[] key, byte[] content, byte[] purpose) throws GeneralSecurityException {
        var nonce = new byte[NONCE];
        RANDOM.nextBytes(nonce);
        var cipher = cipher(Cipher.ENCRYPT_MODE, key, nonce, purpose);
        var all = Arrays.copyOf(nonce, NONCE + cipher.getOutputSize(content.length));
        cipher.doFinal(content, 0, content.length, all, NONCE);
        return all;
    }

    /** Returns the content, or fails where key, purpose or a single bit differ. */
    static byte[] opened(byte[] key, byte[] sealed, byte[] purpose) throws GeneralSecurityException {
        if (sealed.length < NONCE) {
            throw new GeneralSecurityException("cut off");
        }
        return cipher(Cipher.DECRYPT_MODE, key, Arrays.copyOf(sealed, NONCE), purpose)
                .doFinal(sealed, NONCE, sealed.length - NONCE);
    }

    private static Cipher cipher(int mode, byte[] key, byte[] nonce, byte[] purpose) throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(purpose);
        return cipher;
    }
}
