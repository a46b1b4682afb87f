package dev.rowhouse.tenancy.token;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;

/** Signs tokens with a key of its own, also such as nobody should. */
public final class Issuer {

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final int COORDINATE = 32;

    private final String algorithm;
    private final String id;
    private final KeyPair pair;

    private Issuer(String algorithm, String id, KeyPair pair) {
        this.algorithm = algorithm;
        this.id = id;
        this.pair = pair;
    }

    public static Issuer elliptic(String id) {
        try {
            var keys = KeyPairGenerator.getInstance("EC");
            keys.initialize(new ECGenParameterSpec("secp256r1"));
            return new Issuer("ES256", id, keys.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static Issuer rsa(String id, int bits) {
        try {
            var keys = KeyPairGenerator.getInstance("RSA");
            keys.initialize(bits);
            return new Issuer("RS256", id, keys.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public PublicKey publicKey() {
        return pair.getPublic();
    }

    /** Returns the public key as a member of a set. */
    public String jwk() {
        return switch (pair.getPublic()) {
            case ECPublicKey key ->
                "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"" + id + "\",\"x\":\""
                        + number(key.getW().getAffineX(), COORDINATE) + "\",\"y\":\""
                        + number(key.getW().getAffineY(), COORDINATE) + "\"}";
            case RSAPublicKey key ->
                "{\"kty\":\"RSA\",\"kid\":\"" + id + "\",\"n\":\"" + number(key.getModulus(), 0) + "\",\"e\":\""
                        + number(key.getPublicExponent(), 0) + "\"}";
            default -> throw new IllegalStateException();
        };
    }

    public String jwks() {
        return "{\"keys\":[" + jwk() + "]}";
    }

    /** Returns a token with an ordinary header. */
    public String token(String claims) {
        return token("{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\",\"kid\":\"" + id + "\"}", claims);
    }

    public String token(String header, String claims) {
        var signed = encoded(header) + "." + encoded(claims);
        return signed + "." + BASE64.encodeToString(signature(signed));
    }

    public static String encoded(String text) {
        return BASE64.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private byte[] signature(String signed) {
        try {
            var signature =
                    Signature.getInstance(algorithm.equals("ES256") ? "SHA256withECDSAinP1363Format" : "SHA256withRSA");
            signature.initSign(pair.getPrivate());
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String number(BigInteger number, int length) {
        var bytes = number.toByteArray();
        var plain = bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
        var padded = new byte[Math.max(length, plain.length)];
        System.arraycopy(plain, 0, padded, padded.length - plain.length, plain.length);
        return BASE64.encodeToString(padded);
    }
}
