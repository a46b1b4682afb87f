package dev.rowhouse.tenancy.token;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One public key of an issuer (RFC 7517).
 *
 * @param id by which tokens name it; null for none
 */
record SigningKey(@Nullable String id, SigningAlgorithm algorithm, PublicKey key) {

    /** Which members of a key are kept: none of a private one. */
    static final Set<String> PUBLIC_MEMBERS = Set.of("kty", "kid", "alg", "use", "crv", "x", "y", "n", "e");

    private static final Set<String> PRIVATE_MEMBERS = Set.of("d", "p", "q", "dp", "dq", "qi", "oth", "k");
    private static final int SMALLEST_RSA = 2_048;
    private static final int LARGEST_RSA = 8_192;
    private static final int LONGEST_ID = 200;

    static SigningKey of(JsonNode jwk) {
        for (var member : PRIVATE_MEMBERS) {
            if (jwk.has(member)) {
                throw new TokenError.KeysRefused(
                        "a key has the private member '" + member + "' (expected: public keys)");
            }
        }
        var type = text(jwk, "kty");
        var algorithm = type == null ? null : SigningAlgorithm.ofKeyType(type);
        var named = text(jwk, "alg");
        var use = text(jwk, "use");
        if (algorithm == null
                || named != null && !named.equals(algorithm.name())
                || use != null && !use.equals("sig")) {
            throw new TokenError.KeysRefused("a key is of type " + type + ", algorithm " + named + " and use " + use
                    + " (expected: EC for ES256 or RSA for RS256, for sig)");
        }
        var id = text(jwk, "kid");
        if (id != null && id.length() > LONGEST_ID) {
            throw new TokenError.KeysRefused("a kid has more than " + LONGEST_ID + " characters");
        }
        try {
            var key = switch (algorithm) {
                case ES256 -> elliptic(jwk);
                case RS256 -> rsa(jwk);
            };
            return new SigningKey(id, algorithm, key);
        } catch (GeneralSecurityException e) {
            throw new TokenError.KeysRefused("a key is no " + type + " key: " + e.getMessage());
        }
    }

    private static PublicKey elliptic(JsonNode jwk) throws GeneralSecurityException {
        if (!"P-256".equals(text(jwk, "crv"))) {
            throw new TokenError.KeysRefused("a key is on the curve " + text(jwk, "crv") + " (expected: P-256)");
        }
        var parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec("secp256r1"));
        var curve = parameters.getParameterSpec(ECParameterSpec.class);
        var point = new ECPoint(number(jwk, "x"), number(jwk, "y"));
        requireOnCurve(point, curve);
        return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, curve));
    }

    // The platform takes any two numbers for a point.
    private static void requireOnCurve(ECPoint point, ECParameterSpec parameters) {
        var curve = parameters.getCurve();
        var prime = ((java.security.spec.ECFieldFp) curve.getField()).getP();
        var x = point.getAffineX();
        var y = point.getAffineY();
        var right = x.pow(3).add(curve.getA().multiply(x)).add(curve.getB()).mod(prime);
        if (x.compareTo(prime) >= 0
                || y.compareTo(prime) >= 0
                || !y.multiply(y).mod(prime).equals(right)) {
            throw new TokenError.KeysRefused("a key's x and y are no point of its curve");
        }
    }

    private static PublicKey rsa(JsonNode jwk) throws GeneralSecurityException {
        var modulus = number(jwk, "n");
        var exponent = number(jwk, "e");
        if (modulus.bitLength() < SMALLEST_RSA
                || modulus.bitLength() > LARGEST_RSA
                || exponent.bitLength() < 2
                || exponent.bitLength() > 32) {
            throw new TokenError.KeysRefused("an RSA key has " + modulus.bitLength() + " bits (expected: "
                    + SMALLEST_RSA + " to " + LARGEST_RSA + ", and an exponent of 32 at most)");
        }
        return KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
    }

    private static BigInteger number(JsonNode jwk, String member) {
        var text = text(jwk, member);
        try {
            if (text != null && !text.isEmpty()) {
                return new BigInteger(1, Base64.getUrlDecoder().decode(text));
            }
        } catch (IllegalArgumentException e) {
            throw new TokenError.KeysRefused("a key's member '" + member + "' is not base64url");
        }
        throw new TokenError.KeysRefused("a key lacks the member '" + member + "'");
    }

    private static @Nullable String text(JsonNode jwk, String member) {
        var value = jwk.get(member);
        if (value == null) {
            return null;
        }
        if (!value.isString()) {
            throw new TokenError.KeysRefused("a key's member '" + member + "' is no text");
        }
        return value.stringValue();
    }
}
