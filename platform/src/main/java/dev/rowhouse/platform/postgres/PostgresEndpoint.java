package dev.rowhouse.platform.postgres;

/** Where a PostgreSQL database listens. Holds no credential. */
public record PostgresEndpoint(String host, int port, String database) {

    public PostgresEndpoint {
        if (host.isBlank() || database.isBlank()) {
            throw new IllegalArgumentException("host and database are required");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 1 to 65535)");
        }
    }
}
