package dev.rowhouse.tenancy.directory;

import dev.rowhouse.tenancy.token.TokenError;
import dev.rowhouse.tenancy.token.TokenTrust;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A merge patch (RFC 7396) of what an operator may change; a null component stays as it is.
 *
 * @param labels a null value removes the label
 * @param quotas a null value takes the plan's again
 * @param trust what is trusted from now on
 */
public record TenantChange(
        @Nullable String name,
        @Nullable String plan,
        @Nullable Map<String, @Nullable String> labels,
        @Nullable Map<Quota, @Nullable Long> quotas,
        @Nullable TrustChange trust) {

    /** A change that leaves quotas and trust as they are. */
    public TenantChange(@Nullable String name, @Nullable String plan, @Nullable Map<String, @Nullable String> labels) {
        this(name, plan, labels, null, null);
    }

    /**
     * A change of whose tokens count. The expectations outlive the keys only as long as there are any.
     *
     * @param jwks the new keys; null to keep those there are
     * @param noKeys whether no token counts from now on
     * @param expected {@code issuer} and {@code audience}: a null value removes, a missing one stays
     */
    public record TrustChange(@Nullable String jwks, boolean noKeys, Map<String, @Nullable String> expected) {

        /** Returns what is trusted after the change; {@link TokenError.KeysRefused} for keys that are none. */
        @Nullable
        TokenTrust of(@Nullable TokenTrust trust) {
            var keys = jwks != null ? jwks : trust == null ? null : trust.jwks();
            if (noKeys) {
                return null;
            }
            if (keys == null) {
                throw new TokenError.KeysRefused(
                        "no keys are registered of which tokens could be expected to say more");
            }
            return TokenTrust.of(
                    keys,
                    expected("issuer", trust == null ? null : trust.issuer()),
                    expected("audience", trust == null ? null : trust.audience()));
        }

        private @Nullable String expected(String name, @Nullable String before) {
            return expected.containsKey(name) ? expected.get(name) : before;
        }
    }
}
