package dev.rowhouse.platform.database;

import dev.rowhouse.platform.postgres.PostgresEndpoint;
import dev.rowhouse.platform.postgres.PostgresLogin;
import org.flywaydb.core.Flyway;

/** Brings a database of our own to the schema this version of the program expects. */
public final class Migrations {

    private static final int CONNECT_RETRIES = 5;

    private Migrations() {}

    /**
     * Applies what is missing and returns when the schema is up to date. Blocks, so it is called at start-up only; of
     * several instances that start at once one applies and the others wait.
     *
     * @param location on the class path, such as {@code db/control}
     */
    public static void run(PostgresEndpoint endpoint, PostgresLogin login, String location) {
        Flyway.configure(Migrations.class.getClassLoader())
                .dataSource(
                        "jdbc:postgresql://" + endpoint.host() + ":" + endpoint.port() + "/" + endpoint.database(),
                        login.user(),
                        login.password())
                .locations("classpath:" + location)
                .connectRetries(CONNECT_RETRIES)
                .validateMigrationNaming(true)
                .load()
                .migrate();
    }
}
