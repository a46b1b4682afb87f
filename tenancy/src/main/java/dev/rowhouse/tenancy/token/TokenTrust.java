package dev.rowhouse.tenancy.token;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whose tokens a tenant trusts: the public keys of its issuer and what the tokens must say. Immutable. */
public final class TokenTrust {

    private static final int MOST_KEYS = 20;

    private final String jwks;
    private final @Nullable String issuer;
    private final @Nullable String audience;
    private final List<SigningKey> keys;

    private TokenTrust(String jwks, @Nullable String issuer, @Nullable String audience, List<SigningKey> keys) {
        this.jwks = jwks;
        this.issuer = issuer;
        this.audience = audience;
        this.keys = keys;
    }

    /**
     * @param jwks a JSON Web Key Set of public keys; {@link TokenError.KeysRefused} for another
     * @param issuer that tokens must name; null for any
     * @param audience that tokens must be meant for; null for any
     */
    public static TokenTrust of(String jwks, @Nullable String issuer, @Nullable String audience) {
        var set = parsed(jwks);
        var found = set.path("keys");
        if (!found.isArray() || found.isEmpty() || found.size() > MOST_KEYS) {
            throw new TokenError.KeysRefused("'keys' is no array of 1 to " + MOST_KEYS + " keys");
        }
        var keys = new ArrayList<SigningKey>();
        var kept = JsonMapper.shared().createArrayNode();
        for (var jwk : found) {
            keys.add(SigningKey.of(jwk));
            var publicPart = kept.addObject();
            jwk.properties().stream()
                    .filter(member -> SigningKey.PUBLIC_MEMBERS.contains(member.getKey()))
                    .sorted(java.util.Map.Entry.comparingByKey())
                    .forEach(member -> publicPart.set(member.getKey(), member.getValue()));
        }
        var normalized = JsonMapper.shared().createObjectNode().set("keys", kept);
        return new TokenTrust(normalized.toString(), issuer, audience, List.copyOf(keys));
    }

    private static JsonNode parsed(String jwks) {
        try {
            return JsonMapper.shared().readTree(jwks);
        } catch (JacksonException e) {
            throw new TokenError.KeysRefused("the keys are not JSON");
        }
    }

    /** Returns the set of public keys as JSON, without whatever else came with them. */
    public String jwks() {
        return jwks;
    }

    public @Nullable String issuer() {
        return issuer;
    }

    public @Nullable String audience() {
        return audience;
    }

    List<SigningKey> keys() {
        return keys;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenTrust that
                && jwks.equals(that.jwks)
                && Objects.equals(issuer, that.issuer)
                && Objects.equals(audience, that.audience);
    }

    @Override
    public int hashCode() {
        return jwks.hashCode();
    }
}
