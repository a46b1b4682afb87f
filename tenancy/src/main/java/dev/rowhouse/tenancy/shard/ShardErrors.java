package dev.rowhouse.tenancy.shard;

import dev.rowhouse.platform.postgres.SqlState;
import dev.rowhouse.tenancy.ShardName;
import io.r2dbc.postgresql.api.PostgresqlException;

/** Turns what the lanes and the driver throw into words of this package. */
final class ShardErrors {

    private ShardErrors() {}

    /** Returns {@code failure} in this package's words; what is neither of the lane nor of the driver stays as it is. */
    static Throwable of(ShardName shard, Throwable failure) {
        if (failure instanceof LaneRefusal.Failure refused) {
            return switch (refused.refusal()) {
                case FULL, LATE -> new ShardError.Busy(shard);
                case CLOSED -> new ShardError.Unavailable(shard, failure);
            };
        }
        if (SqlState.isConnectionLost(failure)) {
            return new ShardError.Unavailable(shard, failure);
        }
        return failure instanceof PostgresqlException refused ? refused(refused, failure) : failure;
    }

    private static ShardError.Refused refused(PostgresqlException refused, Throwable failure) {
        var details = refused.getErrorDetails();
        return new ShardError.Refused(
                details.getCode(),
                details.getMessage(),
                details.getDetail().orElse(null),
                details.getHint().orElse(null),
                details.getWhere().orElse(null),
                details.getTableName().orElse(null),
                details.getColumnName().orElse(null),
                details.getConstraintName().orElse(null),
                failure);
    }
}
