package dev.rowhouse.app;

import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.local.vault.VaultOperator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Has the stand-in of Vault issue short logins for the one lane of the shard {@code vaulted}, by the shipped statements. */
public final class IssuedLogins {

    /** The role by which they are made; its password is that of the tests. */
    public static final String ISSUER = "rowhouse_vault";

    private IssuedLogins() {}

    public static void from(VaultOperator operator, PostgresServer server, String password) throws IOException {
        server.execute("ALTER ROLE " + ISSUER + " LOGIN PASSWORD '" + password + "'");
        var at = server.endpoint("vaulted");
        operator.write(
                "database/config/vaulted",
                Map.of(
                        "connection_url",
                                "postgresql://{{username}}:{{password}}@" + at.host() + ":" + at.port() + "/vaulted",
                        "username", ISSUER,
                        "password", password));
        operator.write(
                "database/roles/vaulted-lane-1",
                Map.of(
                        "db_name", "vaulted",
                        "default_ttl", "3s",
                        "max_ttl", "1h",
                        "creation_statements", List.of(statements("lane-create.sql")),
                        "revocation_statements", List.of(statements("lane-revoke.sql"))));
    }

    private static String statements(String file) throws IOException {
        return Files.readString(Path.of("..", "k8s", "vault", file))
                .replace("@LANE@", "1")
                .replace("@DATABASE@", "vaulted");
    }
}
