package dev.rowhouse.tenancy.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rowhouse.platform.crypto.Fingerprint;
import dev.rowhouse.tenancy.Caller;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.time.Clock;
import java.util.List;
import java.util.Set;

/**
 * Finds out whom a token speaks for. What a key has signed is remembered, for that takes about a tenth of a millisecond; its
 * times are looked at every time.
 */
public final class UserTokens {

    // In characters of claims: tokens differ in length a hundredfold, and their issuers are the tenants'.
    private static final long MOST_REMEMBERED = 32L * 1024 * 1024;
    private static final int OVERHEAD = 512;
    private static final int RSA_BITS = 2_048;

    private record Known(Fingerprint token, TokenTrust trust, Set<String> tenants) {}

    private final Clock clock;
    private final List<SigningKey> decoys = decoys();
    private final Cache<Known, Claims> verified = Caffeine.newBuilder()
            .maximumWeight(MOST_REMEMBERED)
            .weigher((Known _, Claims claims) ->
                    OVERHEAD + claims.caller().claims().length())
            .build();

    public UserTokens(Clock clock) {
        this.clock = clock;
    }

    /**
     * Returns whom the token speaks for; a {@link TokenError} if for nobody.
     *
     * @param tenants the names of the tenant, of which a token that names one must name one of these
     */
    public Caller callerOf(String token, TokenTrust trust, Set<String> tenants) {
        var key = new Known(Fingerprint.of(token), trust, tenants);
        var claims = verified.getIfPresent(key);
        if (claims == null) {
            claims = verified(token, trust, tenants);
            claims.requireTimely(clock.instant());
            verified.put(key, claims);
        } else {
            claims.requireTimely(clock.instant());
        }
        return claims.caller();
    }

    /** Takes about as long as a look at a token of a tenant, so that nobody learns from the time that there is none. */
    public void pretend(String token) {
        try {
            SignedToken.of(token).isSignedBy(decoys);
        } catch (TokenError e) {
            // nobody is told
        }
    }

    // Nobody has signed anything with these; a product of two primes is not needed to find that out.
    private static List<SigningKey> decoys() {
        try {
            var elliptic = KeyPairGenerator.getInstance("EC");
            elliptic.initialize(new ECGenParameterSpec("secp256r1"));
            var modulus = new BigInteger(RSA_BITS, new SecureRandom())
                    .setBit(RSA_BITS - 1)
                    .setBit(0);
            var rsa = KeyFactory.getInstance("RSA")
                    .generatePublic(new RSAPublicKeySpec(modulus, RSAKeyGenParameterSpec.F4));
            return List.of(
                    new SigningKey(
                            null,
                            SigningAlgorithm.ES256,
                            elliptic.generateKeyPair().getPublic()),
                    new SigningKey(null, SigningAlgorithm.RS256, rsa));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has RSA and P-256", e);
        }
    }

    private static Claims verified(String token, TokenTrust trust, Set<String> tenants) {
        var signed = SignedToken.of(token);
        if (!signed.isSignedBy(trust.keys())) {
            throw new TokenError.NotVerified("No suitable key or wrong key type");
        }
        return Claims.of(signed.claims(), trust, tenants);
    }
}
