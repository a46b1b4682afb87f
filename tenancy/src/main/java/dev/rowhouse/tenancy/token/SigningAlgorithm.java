package dev.rowhouse.tenancy.token;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import org.jspecify.annotations.Nullable;

/** How tokens may be signed: with a private key that only their issuer has. */
enum SigningAlgorithm {
    /** ECDSA on P-256, the two numbers of the signature behind each other. */
    ES256("EC", "SHA256withECDSAinP1363Format"),
    RS256("RSA", "SHA256withRSA");

    private final String keyType;
    private final String signature;

    SigningAlgorithm(String keyType, String signature) {
        this.keyType = keyType;
        this.signature = signature;
    }

    /** Returns the algorithm of that very name, or null. */
    static @Nullable SigningAlgorithm named(String name) {
        for (var algorithm : values()) {
            if (algorithm.name().equals(name)) {
                return algorithm;
            }
        }
        return null;
    }

    /** Returns the one for keys of the type {@code kty}, or null. */
    static @Nullable SigningAlgorithm ofKeyType(String kty) {
        for (var algorithm : values()) {
            if (algorithm.keyType.equals(kty)) {
                return algorithm;
            }
        }
        return null;
    }

    boolean verifies(PublicKey key, byte[] signed, byte[] signatureBytes) {
        try {
            var check = Signature.getInstance(signature);
            check.initVerify(key);
            check.update(signed);
            return check.verify(signatureBytes);
        } catch (GeneralSecurityException e) {
            return false; // a signature of another shape
        }
    }
}
