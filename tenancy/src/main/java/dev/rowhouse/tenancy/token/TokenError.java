package dev.rowhouse.tenancy.token;

/** Why a user's token, or the keys to check tokens with, were refused. Knows nothing of HTTP. */
public abstract sealed class TokenError extends RuntimeException {

    // Without a stack trace: it is an answer to a client, and a flood of bad tokens must stay cheap.
    private TokenError(String message) {
        super(message, null, false, false);
    }

    /** The token is none, or none that a key of this tenant has signed. */
    public static final class NotVerified extends TokenError {
        public NotVerified(String reason) {
            super(reason);
        }
    }

    /** The tenant's issuer has signed the token, but not for this: it is out of its time, or for something else. */
    public static final class ClaimsRefused extends TokenError {
        public ClaimsRefused(String reason) {
            super(reason);
        }
    }

    /** The token asks for a role that tokens do not give. */
    public static final class RoleRefused extends TokenError {
        public RoleRefused(String role) {
            super("a user's token cannot give the role '" + role + "' (expected: authenticated or anon)");
        }
    }

    /** A set of keys cannot be registered. */
    public static final class KeysRefused extends TokenError {
        public KeysRefused(String reason) {
            super(reason);
        }
    }
}
