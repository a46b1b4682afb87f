package dev.rowhouse.tenancy.token;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A token in its compact form (RFC 7515), taken apart but not yet believed.
 *
 * @param keyId null where the token names no key
 */
record SignedToken(
        SigningAlgorithm algorithm, @Nullable String keyId, byte[] payload, byte[] signed, byte[] signature) {

    static final int LONGEST = 12_000;

    /** Reads strictly: what two readers could understand in two ways is refused. */
    static final JsonMapper STRICT = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(32).build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final int PARTS = 3;
    // Where a key could be had, says the token: nobody looks there. And what must be understood is not.
    private static final Set<String> NEVER = Set.of("jku", "jwk", "x5u", "x5c", "crit", "b64", "zip", "enc");
    private static final Set<String> TYPES = Set.of("jwt", "at+jwt", "application/at+jwt", "application/jwt");

    static SignedToken of(String token) {
        if (token.isEmpty()) {
            throw new TokenError.NotVerified("Empty JWT is sent in Authorization header");
        }
        var parts = token.split("\\.", -1);
        if (parts.length != PARTS || token.length() > LONGEST) {
            throw new TokenError.NotVerified("Expected 3 parts in JWT; got " + parts.length);
        }
        var header = object(decoded(parts[0]));
        for (var member : NEVER) {
            if (header.has(member)) {
                throw new TokenError.NotVerified("JWT's header has the member '" + member + "'");
            }
        }
        requireAccessToken(header.get("typ"));
        var named = header.path("alg");
        var algorithm = named.isString() ? SigningAlgorithm.named(named.stringValue()) : null;
        if (algorithm == null) {
            throw new TokenError.NotVerified("Wrong or unsupported encoding algorithm");
        }
        var keyId = header.get("kid");
        if (keyId != null && !keyId.isString()) {
            throw new TokenError.NotVerified("No suitable key or wrong key type");
        }
        return new SignedToken(
                algorithm,
                keyId == null ? null : keyId.stringValue(),
                decoded(parts[1]),
                (parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII),
                decoded(parts[2]));
    }

    /** Says whether one of the keys has signed it; a token that names its key is checked with that one alone. */
    boolean isSignedBy(Iterable<SigningKey> keys) {
        for (var key : keys) {
            if (key.algorithm() == algorithm
                    && (keyId == null || keyId.equals(key.id()))
                    && algorithm.verifies(key.key(), signed, signature)) {
                return true;
            }
        }
        return false;
    }

    /** Returns what the token says. */
    ObjectNode claims() {
        return object(payload);
    }

    // Tokens for other ends are of other types, such as logout+jwt.
    private static void requireAccessToken(@Nullable JsonNode type) {
        if (type != null
                && !(type.isString() && TYPES.contains(type.stringValue().toLowerCase(Locale.ROOT)))) {
            throw new TokenError.NotVerified("Unsupported token type");
        }
    }

    private static byte[] decoded(String part) {
        try {
            return Base64.getUrlDecoder().decode(part);
        } catch (IllegalArgumentException e) {
            throw new TokenError.NotVerified("JWT couldn't be decoded");
        }
    }

    private static ObjectNode object(byte[] json) {
        try {
            if (STRICT.readTree(json) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException e) {
            throw new TokenError.NotVerified("JWT couldn't be decoded");
        }
        throw new TokenError.NotVerified("JWT couldn't be decoded");
    }
}
