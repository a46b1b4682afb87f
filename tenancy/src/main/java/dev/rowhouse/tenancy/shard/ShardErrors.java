package dev.rowhouse.tenancy.shard;

import dev.rowhouse.platform.postgres.SqlState;
import dev.rowhouse.tenancy.ShardName;
import io.r2dbc.postgresql.api.PostgresqlException;
import reactor.pool.PoolAcquirePendingLimitException;
import reactor.pool.PoolAcquireTimeoutException;
import reactor.pool.PoolShutdownException;

/** Turns what the pool and the driver throw into words of this package. */
final class ShardErrors {

    private ShardErrors() {}

    /** Returns {@code failure} in this package's words; what is neither of the pool nor of the driver stays as it is. */
    static Throwable of(ShardName shard, Throwable failure) {
        if (failure instanceof PoolAcquireTimeoutException || failure instanceof PoolAcquirePendingLimitException) {
            return new ShardError.Busy(shard);
        }
        if (failure instanceof PoolShutdownException || SqlState.isConnectionLost(failure)) {
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
