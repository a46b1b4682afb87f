package dev.rowhouse.tenancy.blueprint;

import dev.rowhouse.tenancy.BlueprintVersion;
import org.jspecify.annotations.Nullable;

/** Why a blueprint version was not published. */
public abstract sealed class BlueprintError extends RuntimeException {

    private BlueprintError(String message) {
        super(message);
    }

    /** The number is published with other files. */
    public static final class VersionTaken extends BlueprintError {
        public VersionTaken(BlueprintVersion version) {
            super("version " + version.version() + " of blueprint '" + version.name()
                    + "' is published with other files; publish a new version");
        }
    }

    /** There is no shard to prove it on. */
    public static final class NoShard extends BlueprintError {
        public NoShard() {
            super("no shard is registered to prove the blueprint on");
        }
    }

    /**
     * A statement is refused or failed; nothing was published.
     *
     * <p>{@code line} and {@code column} count from 1 within {@code file}; {@code sqlState} is PostgreSQL's code where it
     * spoke, null where we refused.
     */
    public static final class Rejected extends BlueprintError {
        private final String file;
        private final int line;
        private final int column;
        private final @Nullable String sqlState;
        private final String reason;
        private final @Nullable String hint;

        public Rejected(
                String file, int line, int column, @Nullable String sqlState, String reason, @Nullable String hint) {
            super(file + ":" + line + ":" + column + ": " + reason);
            this.file = file;
            this.line = line;
            this.column = column;
            this.sqlState = sqlState;
            this.reason = reason;
            this.hint = hint;
        }

        public String file() {
            return file;
        }

        public int line() {
            return line;
        }

        public int column() {
            return column;
        }

        public @Nullable String sqlState() {
            return sqlState;
        }

        public String reason() {
            return reason;
        }

        public @Nullable String hint() {
            return hint;
        }
    }
}
