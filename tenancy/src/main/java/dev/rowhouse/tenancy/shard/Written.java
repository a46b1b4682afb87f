package dev.rowhouse.tenancy.shard;

/**
 * What a committed write did.
 *
 * @param rows how many rows it changed
 * @param body the changed rows as a JSON array in UTF-8; empty when the statement returned none
 */
public record Written(long rows, byte[] body) {}
