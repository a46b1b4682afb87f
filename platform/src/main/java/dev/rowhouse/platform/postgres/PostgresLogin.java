package dev.rowhouse.platform.postgres;

import org.postgresql.util.PasswordUtil;

/** A login role and its password. */
public record PostgresLogin(String user, String password) {

    /** Returns the SCRAM-SHA-256 verifier: what a server needs to set the password without being told it. */
    public String verifier() {
        return PasswordUtil.encodeScramSha256(password.toCharArray());
    }

    /** Names the role only: a password never reaches a log. */
    @Override
    public String toString() {
        return "PostgresLogin[" + user + "]";
    }
}
