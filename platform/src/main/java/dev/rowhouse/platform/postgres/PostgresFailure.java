package dev.rowhouse.platform.postgres;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/** What PostgreSQL, or the way to it, said instead of an answer; in PostgreSQL's own words. */
public final class PostgresFailure extends RuntimeException {

    private final String sqlState;
    private final String text;
    private final @Nullable String detail;
    private final @Nullable String hint;
    private final int position;

    private PostgresFailure(
            String sqlState,
            String text,
            @Nullable String detail,
            @Nullable String hint,
            int position,
            SQLException cause) {
        super(sqlState + " " + text, cause);
        this.sqlState = sqlState;
        this.text = text;
        this.detail = detail;
        this.hint = hint;
        this.position = position;
    }

    static PostgresFailure of(SQLException failure) {
        var state = failure.getSQLState() == null ? "08000" : failure.getSQLState();
        var server = failure instanceof PSQLException spoken ? spoken.getServerErrorMessage() : null;
        if (server == null) {
            return new PostgresFailure(state, String.valueOf(failure.getMessage()), null, null, 0, failure);
        }
        return new PostgresFailure(
                state,
                String.valueOf(server.getMessage()),
                server.getDetail(),
                server.getHint(),
                server.getPosition(),
                failure);
    }

    public String sqlState() {
        return sqlState;
    }

    /** Returns the primary message. */
    public String text() {
        return text;
    }

    public @Nullable String detail() {
        return detail;
    }

    public @Nullable String hint() {
        return hint;
    }

    /** Returns which character of the SQL is at fault, counted from 1, or 0 where PostgreSQL named none. */
    public int position() {
        return position;
    }

    /** Says whether there is no usable connection: refused, lost, or the server going down. */
    public boolean isUnavailable() {
        return sqlState.startsWith("08") || sqlState.startsWith("57P0") || sqlState.equals("53300");
    }
}
