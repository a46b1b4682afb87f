package dev.rowhouse.platform.postgres;

import io.r2dbc.postgresql.api.PostgresqlException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.io.IOException;
import java.util.Set;

/**
 * What a failure means for the connection it came from.
 *
 * <p>Its code alone does not tell: a function can raise any, and so does one that calls another server. What ends a session
 * has the severity FATAL or PANIC, which no statement can raise.
 */
public final class SqlState {

    private static final Set<String> FATAL = Set.of("FATAL", "PANIC");

    private static final String TRANSACTION_TIMEOUT = "25P04";

    // What the server ends of one session for what that did: idle in a transaction, a transaction for too long, idle.
    private static final Set<String> OF_ONE_SESSION = Set.of("25P03", TRANSACTION_TIMEOUT, "57P05");

    private SqlState() {}

    /** Says whether the connection is of no use any more, whatever the reason. */
    public static boolean endsSession(Throwable failure) {
        // The driver's own words for a closed connection have no severity.
        var severity = failure instanceof PostgresqlException told
                ? told.getErrorDetails().getSeverityNonLocalized()
                : null;
        return severity == null
                ? failure instanceof R2dbcNonTransientResourceException || failure instanceof IOException
                : FATAL.contains(severity);
    }

    /** Says whether {@code failure} is of the connection and not of the work that met it. */
    public static boolean isConnectionLost(Throwable failure) {
        return endsSession(failure) && !TRANSACTION_TIMEOUT.equals(code(failure));
    }

    /** Says whether other connections to the server may be lost as well. */
    public static boolean concernsOthers(Throwable failure) {
        return endsSession(failure) && !OF_ONE_SESSION.contains(code(failure));
    }

    /** Says whether the server did not let the login in: it is gone, over, or its password is another. */
    public static boolean isLoginRefused(Throwable failure) {
        return endsSession(failure) && code(failure).startsWith("28");
    }

    private static String code(Throwable failure) {
        return failure instanceof PostgresqlException refused
                ? refused.getErrorDetails().getCode()
                : "";
    }
}
