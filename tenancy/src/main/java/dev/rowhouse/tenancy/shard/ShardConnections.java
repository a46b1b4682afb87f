package dev.rowhouse.tenancy.shard;

/** Connections of a shard's lanes in this process, at one moment. */
public record ShardConnections(int open, int inUse, int idle, int pending) {}
