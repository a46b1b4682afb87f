package dev.rowhouse.platform.postgres;

import io.r2dbc.postgresql.api.PostgresqlException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.io.IOException;
import java.util.Set;

/** What a failure means for the connection it came from, by PostgreSQL's error codes. */
public final class SqlState {

    // Class 08: connection exceptions. 53300: too many connections. 57P01 to 57P05: shut down, starting up, database
    // dropped, idle session ended. 28: the login was refused. 3D000: no such database.
    private static final Set<String> NO_CONNECTION =
            Set.of("53300", "57P01", "57P02", "57P03", "57P04", "57P05", "3D000", "25P03", "25P04");

    private SqlState() {}

    /** Says whether {@code failure} is of the connection and not of the statement that met it. */
    public static boolean isConnectionLost(Throwable failure) {
        if (failure instanceof PostgresqlException refused) {
            var code = refused.getErrorDetails().getCode();
            return code.startsWith("08") || code.startsWith("28") || NO_CONNECTION.contains(code);
        }
        return failure instanceof R2dbcNonTransientResourceException || failure instanceof IOException;
    }

    /** Says whether the server did not let the login in: it is gone, over, or its password is another. */
    public static boolean isLoginRefused(Throwable failure) {
        return failure instanceof PostgresqlException refused
                && refused.getErrorDetails().getCode().startsWith("28");
    }
}
