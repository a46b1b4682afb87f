package dev.rowhouse.tenancy.shard;

import dev.rowhouse.tenancy.ShardName;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Why a shard did not do what a statement asked. Knows nothing of HTTP. */
public abstract sealed class ShardError extends RuntimeException {

    private ShardError(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** No connection to the shard's server could be made or kept; asking again later may work. */
    public static final class Unavailable extends ShardError {
        public Unavailable(ShardName shard, @Nullable Throwable cause) {
            super("shard " + shard + " is unavailable", cause);
        }
    }

    /** All connections of the tenant's lanes stayed in use for as long as a request may wait. */
    public static final class Busy extends ShardError {
        public Busy(ShardName shard) {
            super("the tenant's lanes on shard " + shard + " are busy", null);
        }
    }

    /** The shard's journal holds changes that have waited for too long to be published: it must not grow further. */
    public static final class JournalFull extends ShardError {
        /** @param bound for how long a change may wait */
        public JournalFull(ShardName shard, Duration bound) {
            super("the journal of shard " + shard + " waits for longer than " + bound + " to be published", null);
        }
    }

    /** No shard of that name is open. */
    public static final class Unknown extends ShardError {
        public Unknown(ShardName shard) {
            super("shard " + shard + " is not known here", null);
        }
    }

    /** The server is set up in a way that a shard must not be; nothing of it was changed. */
    public static final class Unfit extends ShardError {
        /** @param reason what was found, and what would be right */
        public Unfit(ShardName shard, String reason) {
            super("the server of shard " + shard + " is unfit: " + reason, null);
        }
    }

    /** A connection's role was not the expected one; the connection is closed and no row was read. */
    public static final class RoleMismatch extends ShardError {
        public RoleMismatch() {
            super("the connection did not act as the expected role", null);
        }
    }

    /** The answer of a write outgrew what is held until commit; the write was rolled back. */
    public static final class AnswerTooLarge extends ShardError {
        public AnswerTooLarge(long limit) {
            super("the answer is larger than " + limit + " bytes", null);
        }
    }

    /** What needs one state of the database was to join a transaction that sees several. */
    public static final class WeakIsolation extends ShardError {
        public WeakIsolation(Isolation found, Isolation wanted) {
            super("the transaction is " + found.words() + " (expected: " + wanted.words() + ")", null);
        }
    }

    /** PostgreSQL refused the statement, in its own words. */
    public static final class Refused extends ShardError {
        private final String sqlState;
        private final String text;
        private final @Nullable String detail;
        private final @Nullable String hint;
        private final @Nullable String where;
        private final @Nullable String table;
        private final @Nullable String column;
        private final @Nullable String constraint;

        public Refused(
                String sqlState,
                String text,
                @Nullable String detail,
                @Nullable String hint,
                @Nullable String where,
                @Nullable String table,
                @Nullable String column,
                @Nullable String constraint,
                @Nullable Throwable cause) {
            super(sqlState + " " + text, cause);
            this.sqlState = sqlState;
            this.text = text;
            this.detail = detail;
            this.hint = hint;
            this.where = where;
            this.table = table;
            this.column = column;
            this.constraint = constraint;
        }

        public String sqlState() {
            return sqlState;
        }

        /** Returns PostgreSQL's primary message. */
        public String text() {
            return text;
        }

        public @Nullable String detail() {
            return detail;
        }

        public @Nullable String hint() {
            return hint;
        }

        /** Returns what PostgreSQL was at, such as the line of a COPY. */
        public @Nullable String where() {
            return where;
        }

        public @Nullable String table() {
            return table;
        }

        public @Nullable String column() {
            return column;
        }

        public @Nullable String constraint() {
            return constraint;
        }
    }
}
