/**
 * Tokens of a tenant's users: JSON Web Tokens, checked against the keys that the tenant has registered.
 *
 * <p>Nothing a token says is believed before its signature is: not its key, not its algorithm, not where keys are to be
 * had. Begin reading at {@link dev.rowhouse.tenancy.token.UserTokens}.
 */
@NullMarked
package dev.rowhouse.tenancy.token;

import org.jspecify.annotations.NullMarked;
