package dev.rowhouse.tenancy.house;

import dev.rowhouse.platform.postgres.PostgresFailure;
import org.jspecify.annotations.Nullable;

/** Why a house was not built. */
public abstract sealed class HouseError extends RuntimeException {

    private HouseError(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** PostgreSQL refused a part of the script. */
    public static final class ScriptFailed extends HouseError {
        private final int part;
        private final PostgresFailure failure;

        /** @param part of the script, counted from 0 */
        public ScriptFailed(int part, PostgresFailure failure) {
            super("part " + (part + 1) + " of the script failed: " + failure.getMessage(), failure);
            this.part = part;
            this.failure = failure;
        }

        public int part() {
            return part;
        }

        public PostgresFailure failure() {
            return failure;
        }
    }

    /** The script did something that reaches beyond its house; nothing of it stays. */
    public static final class LeavesHouse extends HouseError {
        /** Says that no single part of the script is known to be at fault. */
        public static final int NO_PART = -1;

        private final int part;

        /** @param part of the script, counted from 0, or {@link #NO_PART} */
        public LeavesHouse(int part, String reason) {
            super(reason, null);
            this.part = part;
        }

        public int part() {
            return part;
        }
    }
}
