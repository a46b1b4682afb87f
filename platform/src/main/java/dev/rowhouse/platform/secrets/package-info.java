/**
 * Secrets that are kept, issued and changed elsewhere: in Vault or, for a run without one, in an encrypted file.
 *
 * <p>{@link dev.rowhouse.platform.secrets.VaultServer} is the way in. Its driver blocks, so each call runs on one bounded
 * scheduler. While Vault is sealed or away, what it has issued serves until its own time-out; then whatever needs it fails
 * with a {@link dev.rowhouse.platform.secrets.SecretsError} and goes on by itself once Vault is back.
 *
 * <p>No secret is in a {@code toString} or in an error's text.
 */
@NullMarked
package dev.rowhouse.platform.secrets;

import org.jspecify.annotations.NullMarked;
