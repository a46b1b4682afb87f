package dev.rowhouse.platform.secrets;

import dev.rowhouse.platform.postgres.PostgresLogin;
import java.time.Duration;

/**
 * A login that Vault has made for whoever asked.
 *
 * @param lease by which it is renewed and revoked
 * @param life from now on
 */
public record IssuedLogin(PostgresLogin login, String lease, Duration life, boolean renewable) {}
