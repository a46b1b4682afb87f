package dev.rowhouse.tenancy.shard;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One SQL statement of a tenant. Its names carry the schema of the tenant's house; its values stand apart.
 *
 * @param sql with parameters {@code $1}, {@code $2} … each of which is cast to its type in the text
 * @param values of the parameters in order, in PostgreSQL's text form; null is SQL's null
 */
public record Statement(String sql, List<@Nullable String> values) {}
