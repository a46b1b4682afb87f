package dev.rowhouse.tenancy.directory;

import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.Slug;
import org.jspecify.annotations.Nullable;

/** Why the directory refused. Knows nothing of HTTP: {@code app.problem} gives each case its answer. */
public abstract sealed class DirectoryError extends RuntimeException {

    private DirectoryError(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The slug belongs to another living tenant. */
    public static final class SlugTaken extends DirectoryError {
        public SlugTaken(Slug slug) {
            super("slug '" + slug + "' is taken", null);
        }
    }

    /** The tenant's state does not allow what was asked. */
    public static final class WrongState extends DirectoryError {
        public WrongState(Slug slug, TenantState state, String expected) {
            super("tenant '" + slug + "' is " + state.label() + " (expected: " + expected + ")", null);
        }
    }

    /** A shard, region or blueprint that is named does not exist, or takes no tenants. */
    public static final class NotPlaceable extends DirectoryError {
        private final String member;

        /** @param member of the request that names it */
        public NotPlaceable(String member, String reason) {
            super(reason, null);
            this.member = member;
        }

        public String member() {
            return member;
        }
    }

    /** The shard cannot be forgotten: it takes tenants or has some. */
    public static final class ShardInUse extends DirectoryError {
        private final String hint;

        private ShardInUse(String message, String hint) {
            super(message, null);
            this.hint = hint;
        }

        static ShardInUse notDraining(ShardName shard) {
            return new ShardInUse(
                    "shard '" + shard + "' takes tenants (expected: one that is draining)",
                    "set its member 'draining' to true, then move or erase the tenants that it has");
        }

        static ShardInUse byTenants(ShardName shard, long tenants) {
            return new ShardInUse(
                    "shard '" + shard + "' has " + tenants + (tenants == 1 ? " tenant" : " tenants"),
                    "move or erase them; the list of tenants can be asked for those of one shard");
        }

        /** What to do first. */
        public String hint() {
            return hint;
        }
    }

    /** The same idempotency key came with another request. */
    public static final class IdempotencyConflict extends DirectoryError {
        public IdempotencyConflict() {
            super("this Idempotency-Key was used with another request", null);
        }
    }

    /** The control database does not answer. */
    public static final class Unavailable extends DirectoryError {
        public Unavailable(Throwable cause) {
            super("the control database does not answer", cause);
        }
    }
}
