package dev.rowhouse.platform.cache;

/**
 * How much is kept in this process.
 *
 * @param bytes of all scopes together
 * @param bytesPerScope of each, so that none takes the room of all
 * @param largest bytes of one value; what is larger is not kept anywhere
 */
public record CacheBounds(long bytes, long bytesPerScope, int largest) {

    public CacheBounds {
        if (largest <= 0 || bytesPerScope < largest || bytes < bytesPerScope) {
            throw new IllegalArgumentException("a value has to fit into its scope, and a scope into all");
        }
    }
}
