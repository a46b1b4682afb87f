package dev.rowhouse.platform.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * A connection for administration, by one thread at a time; it blocks, so it never belongs on an event loop.
 *
 * <p>JDBC and not R2DBC: everything goes out as it stands in one simple query, however many statements it holds. R2DBC
 * takes a {@code $1} in the body of a function for a parameter.
 */
public final class AdministrativeSession implements AutoCloseable {

    private static final String CONNECT_SECONDS = "1";
    private static final String LOGIN_SECONDS = "2";
    private static final String SOCKET_SECONDS = "120";

    /** Reads one row. */
    @FunctionalInterface
    public interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private final Connection connection;

    private AdministrativeSession(Connection connection) {
        this.connection = connection;
    }

    /** Connects, or fails with {@link PostgresFailure} within two seconds. */
    public static AdministrativeSession open(PostgresEndpoint endpoint, PostgresLogin login) {
        var properties = new Properties();
        properties.setProperty("user", login.user());
        properties.setProperty("password", login.password());
        properties.setProperty("ApplicationName", "rowhouse-administration");
        properties.setProperty("preferQueryMode", "simple");
        properties.setProperty("connectTimeout", CONNECT_SECONDS);
        properties.setProperty("loginTimeout", LOGIN_SECONDS);
        properties.setProperty("socketTimeout", SOCKET_SECONDS);
        var url = "jdbc:postgresql://" + endpoint.host() + ":" + endpoint.port() + "/" + endpoint.database();
        try {
            return new AdministrativeSession(DriverManager.getConnection(url, properties));
        } catch (SQLException e) {
            throw PostgresFailure.of(e);
        }
    }

    /** Runs all statements of {@code sql}; outside a transaction block they are one transaction. */
    public void execute(String sql) {
        try (var statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        } catch (SQLException e) {
            throw PostgresFailure.of(e);
        }
    }

    /** Runs one query and returns its rows. */
    public <T> List<T> query(String sql, RowReader<T> reader) {
        try (var statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            try (var rows = statement.executeQuery(sql)) {
                var read = new ArrayList<T>();
                while (rows.next()) {
                    read.add(reader.read(rows));
                }
                return read;
            }
        } catch (SQLException e) {
            throw PostgresFailure.of(e);
        }
    }

    /** Returns the verifier of a login's password, with as many iterations as the server's own would have. */
    public String verifier(PostgresLogin login) {
        return login.verifier(
                query("SHOW scram_iterations", row -> row.getInt(1)).getFirst());
    }

    /** Runs {@code work} in a transaction and commits, or rolls back if it fails. */
    public void transaction(Runnable work) {
        execute("BEGIN");
        try {
            work.run();
        } catch (RuntimeException e) {
            rollBack(e);
            throw e;
        }
        execute("COMMIT");
    }

    private void rollBack(RuntimeException reason) {
        try {
            execute("ROLLBACK");
        } catch (PostgresFailure e) {
            reason.addSuppressed(e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw PostgresFailure.of(e);
        }
    }
}
