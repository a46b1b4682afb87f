package dev.rowhouse.tenancy.token;

import dev.rowhouse.tenancy.Caller;
import dev.rowhouse.tenancy.CallerClass;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a verified token says of its user and of itself.
 *
 * @param expires in seconds of the epoch, as {@code notBefore} and {@code issued} are; null where the token says nothing
 */
record Claims(
        Caller caller,
        double expires,
        @Nullable Double notBefore,
        @Nullable Double issued) {

    /** By how much the clocks of issuer and server may differ. */
    static final Duration SKEW = Duration.ofSeconds(60);

    private static final String ROLE = "role";
    // What other tokens of an issuer are called: by Keycloak, by Cognito.
    private static final Set<String> OTHER_KINDS = Set.of("id", "refresh", "offline", "logout");
    // What only ID tokens and security events have.
    private static final Set<String> OF_OTHER_KINDS = Set.of("at_hash", "c_hash", "nonce", "events");

    /** @param tenants the names of the tenant, of which the token may be for one */
    static Claims of(ObjectNode claims, TokenTrust trust, Set<String> tenants) {
        requireAccessToken(claims);
        requireAudience(claims.get("aud"), trust.audience());
        requireText(claims.get("iss"), trust.issuer(), "JWT not of the expected issuer");
        var tenant = claims.get("tenant_id");
        if (tenant != null && !(tenant.isString() && tenants.contains(tenant.stringValue()))) {
            throw new TokenError.ClaimsRefused("JWT not for this tenant");
        }
        var expires = time(claims, "exp");
        if (expires == null) {
            throw new TokenError.ClaimsRefused("The JWT has no 'exp' claim");
        }
        return new Claims(caller(claims), expires, time(claims, "nbf"), time(claims, "iat"));
    }

    /** Fails unless the token is within its time. */
    void requireTimely(Instant now) {
        var second = now.getEpochSecond() + now.getNano() / 1e9;
        if (second >= expires + SKEW.toSeconds()) {
            throw new TokenError.ClaimsRefused("JWT expired");
        }
        if (notBefore != null && second < notBefore - SKEW.toSeconds()) {
            throw new TokenError.ClaimsRefused("JWT not yet valid");
        }
        if (issued != null && second < issued - SKEW.toSeconds()) {
            throw new TokenError.ClaimsRefused("JWT issued at future");
        }
    }

    private static Caller caller(ObjectNode claims) {
        var role = claims.get(ROLE);
        if (role == null || role.isNull()) {
            claims.put(ROLE, CallerClass.AUTHENTICATED.blueprintRole());
            return new Caller(CallerClass.AUTHENTICATED, claims.toString());
        }
        if (!role.isString()) {
            throw new TokenError.ClaimsRefused("Parsing claims failed");
        }
        var name = role.stringValue();
        for (var callerClass : new CallerClass[] {CallerClass.AUTHENTICATED, CallerClass.ANON}) {
            if (callerClass.blueprintRole().equals(name)) {
                return new Caller(callerClass, claims.toString());
            }
        }
        throw new TokenError.RoleRefused(name);
    }

    private static void requireAccessToken(ObjectNode claims) {
        for (var member : OF_OTHER_KINDS) {
            if (claims.has(member)) {
                throw new TokenError.ClaimsRefused("the JWT is no access token: it has the claim '" + member + "'");
            }
        }
        for (var member : new String[] {"typ", "token_use"}) {
            var kind = claims.path(member);
            if (kind.isString() && OTHER_KINDS.contains(kind.stringValue().toLowerCase(Locale.ROOT))) {
                throw new TokenError.ClaimsRefused("the JWT is no access token but of the kind " + kind.stringValue());
            }
        }
    }

    private static void requireAudience(@Nullable JsonNode audience, @Nullable String expected) {
        var valid = audience == null
                || audience.isNull()
                || audience.isString()
                || audience.isArray() && audience.valueStream().allMatch(JsonNode::isString);
        if (!valid) {
            throw new TokenError.ClaimsRefused("The JWT 'aud' claim must be a string or an array of strings");
        }
        if (expected == null) {
            return;
        }
        var meant = audience != null
                && (audience.isArray()
                        ? audience.valueStream().anyMatch(one -> expected.equals(one.stringValue()))
                        : audience.isString() && expected.equals(audience.stringValue()));
        if (!meant) {
            throw new TokenError.ClaimsRefused("JWT not in audience");
        }
    }

    private static void requireText(@Nullable JsonNode claim, @Nullable String expected, String otherwise) {
        if (expected != null && !(claim != null && claim.isString() && expected.equals(claim.stringValue()))) {
            throw new TokenError.ClaimsRefused(otherwise);
        }
    }

    private static @Nullable Double time(ObjectNode claims, String name) {
        var claim = claims.get(name);
        if (claim == null || claim.isNull()) {
            return null;
        }
        if (!claim.isNumber() || !Double.isFinite(claim.doubleValue())) {
            throw new TokenError.ClaimsRefused("The JWT '" + name + "' claim must be a number");
        }
        return claim.doubleValue();
    }
}
