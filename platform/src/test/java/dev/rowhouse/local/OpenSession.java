package dev.rowhouse.local;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** A session with a server that may be killed or held meanwhile. */
record OpenSession(Connection connection) implements AutoCloseable {

    static OpenSession of(PostgresServer server) throws SQLException {
        var port = server.endpoint("postgres").port();
        return new OpenSession(DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres", "postgres", KilledJvm.PASSWORD));
    }

    boolean answers() {
        try (var statement = connection.createStatement()) {
            return statement.execute("SELECT 1");
        } catch (SQLException e) {
            return false;
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
