package dev.rowhouse.platform.postgres;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.postgresql.util.PasswordUtil;

/** A login role and its password. */
public record PostgresLogin(String user, String password) {

    // As in pg_authid.rolpassword: iterations, salt, StoredKey, ServerKey (RFC 5803).
    private static final Pattern VERIFIER = Pattern.compile("SCRAM-SHA-256\\$(\\d+):([^$]+)\\$([^:]+):.*");
    private static final int KEY_BITS = 256;
    private static final int SALT_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    /**
     * Returns the SCRAM-SHA-256 verifier: what a server needs to set the password without being told it.
     *
     * @param iterations of the hash, which each new connection repeats
     */
    public String verifier(int iterations) {
        var salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        return PasswordUtil.encodeScramSha256(password.toCharArray(), iterations, salt);
    }

    /** Says whether {@code verifier}, as a server keeps it, is one of this password (RFC 5802, RFC 7677). */
    public boolean isVerifiedBy(String verifier) {
        var parts = VERIFIER.matcher(verifier);
        if (!parts.matches()) {
            return false;
        }
        var decoder = Base64.getDecoder();
        try {
            var salted = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(new PBEKeySpec(
                            password.toCharArray(),
                            decoder.decode(parts.group(2)),
                            Integer.parseInt(parts.group(1)),
                            KEY_BITS));
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(salted.getEncoded(), mac.getAlgorithm()));
            var clientKey = mac.doFinal("Client Key".getBytes(StandardCharsets.US_ASCII));
            var storedKey = MessageDigest.getInstance("SHA-256").digest(clientKey);
            return MessageDigest.isEqual(storedKey, decoder.decode(parts.group(3)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has what SCRAM-SHA-256 is made of", e);
        }
    }

    /** Names the role only: a password never reaches a log. */
    @Override
    public String toString() {
        return "PostgresLogin[" + user + "]";
    }
}
