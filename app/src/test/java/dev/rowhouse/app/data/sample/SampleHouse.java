package dev.rowhouse.app.data.sample;

import dev.rowhouse.app.data.plan.Planner;
import dev.rowhouse.app.data.query.QueryParser;
import dev.rowhouse.app.data.sql.SqlWriter;
import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.RoleName;
import dev.rowhouse.tenancy.SchemaName;
import dev.rowhouse.tenancy.catalog.Catalog;
import dev.rowhouse.tenancy.shard.Statement;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.postgresql.PGConnection;

/** The sample's relations in a database of their own, and the generated statements run against them. */
public final class SampleHouse implements AutoCloseable {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$(\\d+)::");

    private final HouseId id = HouseId.random();
    private final Catalog catalog;
    private final Connection connection;

    public SampleHouse() throws SQLException {
        this(Sample.DDL, Sample.CATALOG);
    }

    private SampleHouse(String ddl, Catalog catalog) throws SQLException {
        this.catalog = catalog;
        var server = PostgresServer.shared();
        var endpoint = server.createDatabase("sample_" + id);
        connection = DriverManager.getConnection(
                "jdbc:postgresql://" + endpoint.host() + ":" + endpoint.port() + "/" + endpoint.database(),
                server.superuser().user(),
                server.superuser().password());
        execute(ddl.formatted(id.schema().quoted()));
    }

    /** Returns a house of the films. */
    public static SampleHouse ofFilms() throws SQLException {
        return new SampleHouse(Films.DDL, Films.CATALOG);
    }

    public SchemaName schema() {
        return id.schema();
    }

    public void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Runs the address as a read of the service caller and returns the rows' JSON. */
    public List<String> read(String relation, String query) throws SQLException {
        return rows(statement(relation, query));
    }

    /** Returns the statement that reads the address. */
    public Statement statement(String relation, String query, String... prefer) {
        var plan = Planner.read(
                QueryParser.read(relation, Sample.parameters(query), List.of(prefer)), catalog, CallerClass.SERVICE);
        return SqlWriter.read(plan, schema(), new RoleName("postgres")).statement();
    }

    /** Runs the statement and returns its first column, leaving out nulls. */
    public List<String> rows(Statement statement) throws SQLException {
        return rows(statement, 1);
    }

    /** Runs the statement and returns one of its columns, leaving out nulls. */
    public List<String> rows(Statement statement, int column) throws SQLException {
        var rows = new ArrayList<String>();
        try (var prepared = prepare(statement);
                var result = prepared.executeQuery()) {
            while (result.next()) {
                if (result.getString(column) != null) {
                    rows.add(result.getString(column));
                }
            }
        }
        return rows;
    }

    /** Runs the statement and returns how many rows it changed. */
    public long change(Statement statement) throws SQLException {
        try (var prepared = prepare(statement)) {
            return prepared.executeUpdate();
        }
    }

    public long copy(String sql, byte[] rows) throws SQLException, IOException {
        return connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql, new ByteArrayInputStream(rows));
    }

    private PreparedStatement prepare(Statement statement) throws SQLException {
        var numbers = PLACEHOLDER.matcher(statement.sql()).results().map(found -> Integer.parseInt(found.group(1)));
        var prepared = connection.prepareStatement(
                PLACEHOLDER.matcher(statement.sql().replace("?", "??")).replaceAll("?::"));
        int position = 1;
        for (int number : numbers.toList()) {
            prepared.setString(position++, statement.values().get(number - 1));
        }
        return prepared;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
