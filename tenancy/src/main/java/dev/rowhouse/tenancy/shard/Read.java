package dev.rowhouse.tenancy.shard;

/**
 * A statement that only reads, and answers in JSON or in text.
 *
 * <p>The statement's first column is {@code body json} or {@code body text}, one row of it per row of the answer. It yields no row at all only
 * when {@code current_user} is not the role it was planned for: {@code … FROM (SELECT WHERE current_user = '<role>') AS
 * caller LEFT JOIN LATERAL (…) AS answer ON true}, so that an empty answer is one row with a null body.
 *
 * @param callerIndependent whether it may run alone, outside a transaction, on a connection that remembers the role
 * @param headed whether a second column {@code head json} tells of the answer as a whole, such as {@code {"total":3503}}
 * @param byKey whether it is caller-independent, finds one row at most by a primary key, and a second column tells its
 *     {@code current_user}
 */
public record Read(Statement statement, boolean callerIndependent, boolean headed, boolean byKey) {

    public Read(Statement statement, boolean callerIndependent, boolean headed) {
        this(statement, callerIndependent, headed, false);
    }
}
