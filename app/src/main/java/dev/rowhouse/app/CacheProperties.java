package dev.rowhouse.app;

import dev.rowhouse.platform.cache.CacheBounds;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How much of the tenants' answers this process keeps in memory.
 *
 * @param size of all together
 * @param sizePerTenant so that none takes the room of all
 * @param largest answer that is kept, here or in Redis
 */
@ConfigurationProperties("rowhouse.cache")
record CacheProperties(
        @DefaultValue("64MB") DataSize size,
        @DefaultValue("4MB") DataSize sizePerTenant,
        @DefaultValue("256KB") DataSize largest) {

    CacheBounds bounds() {
        return new CacheBounds(size.toBytes(), sizePerTenant.toBytes(), Math.toIntExact(largest.toBytes()));
    }
}
