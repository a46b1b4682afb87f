package dev.rowhouse.platform.secrets;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why a secret could not be had. The text names the path and never a secret. */
public abstract sealed class SecretsError extends RuntimeException {

    private final String path;

    private SecretsError(String path, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.path = path;
    }

    /** Returns which path of Vault was asked, or which file. */
    public String path() {
        return path;
    }

    /** Says whether the same call may succeed later although nobody changes anything about it. */
    public boolean isTemporary() {
        return this instanceof Sealed || this instanceof Unavailable;
    }

    /** The token may not do this (403). */
    public static final class Forbidden extends SecretsError {
        private final String policyLine;

        Forbidden(String path, Capability capability) {
            this(path, capability.policyLine(path), capability);
        }

        private Forbidden(String path, String policyLine, Capability capability) {
            super(
                    path,
                    "Vault refuses to " + capability.word() + " " + path + " (403); a policy grants it by: "
                            + policyLine,
                    null);
            this.policyLine = policyLine;
        }

        /** Returns the line of a policy that would grant it. */
        public String policyLine() {
            return policyLine;
        }
    }

    /** Vault does not take the credential by which the product logs in. */
    public static final class LoginRefused extends SecretsError {
        LoginRefused(String path, String hint) {
            super(path, "Vault refuses the login at " + path + "; " + hint, null);
        }
    }

    /** Nothing is there (404): no such secret, version, role or key. */
    public static final class Missing extends SecretsError {
        Missing(String path) {
            super(path, "Vault has nothing at " + path + " (404)", null);
        }
    }

    /** Vault is sealed; nothing can be read until somebody unseals it. */
    public static final class Sealed extends SecretsError {
        Sealed(String path) {
            super(path, "Vault is sealed; " + path + " cannot be reached until it is unsealed", null);
        }
    }

    /** Vault does not answer, or answers that it cannot at the moment. */
    public static final class Unavailable extends SecretsError {
        private final Stage stage;

        /** How far the call came. */
        private enum Stage {
            NOT_ASKED,
            ASKED,
            FAILED
        }

        Unavailable(String path, String reason, @Nullable Throwable cause) {
            this(path, reason, cause, Stage.ASKED);
        }

        private Unavailable(String path, String reason, @Nullable Throwable cause, Stage stage) {
            super(path, "Vault is unavailable for " + path + ": " + reason, cause);
            this.stage = stage;
        }

        static Unavailable notAsked(String path) {
            return new Unavailable(
                    path, "it did not answer a moment ago and is asked again soon", null, Stage.NOT_ASKED);
        }

        /** Vault took the call and failed at it. */
        static Unavailable failed(String path, String reason) {
            return new Unavailable(path, reason, null, Stage.FAILED);
        }

        boolean wasAsked() {
            return stage != Stage.NOT_ASKED;
        }

        boolean hasFailed() {
            return stage == Stage.FAILED;
        }
    }

    /** Vault understood and will not do it (400 and others), in its own words. */
    public static final class Refused extends SecretsError {
        private final int status;

        Refused(String path, int status, List<String> errors) {
            super(path, "Vault refuses " + path + " (" + status + "): " + String.join("; ", errors), null);
            this.status = status;
        }

        public int status() {
            return status;
        }
    }

    /** What came is not what the interface promises, or does not decrypt. */
    public static final class Unreadable extends SecretsError {
        Unreadable(String path, String reason) {
            super(path, path + " cannot be read: " + reason, null);
        }
    }
}
