/**
 * Keeps tenants apart in what they may use: rates and concurrency by plan, and the protection of each shard.
 *
 * <p>{@link dev.rowhouse.app.data.limits.TenantLimits} decides before anything of a request is parsed. 429 says that the
 * tenant's own quota is used up, 503 that the shard has more to do than it can.
 */
@NullMarked
package dev.rowhouse.app.data.limits;

import org.jspecify.annotations.NullMarked;
