package dev.rowhouse.tenancy.shard;

import org.jspecify.annotations.Nullable;

/**
 * The answer of a write as it is kept beside what was written.
 *
 * @param request what tells the request it answers from others: a hash
 * @param headers in a form of the keeper's choice
 * @param body null where it was too large to be kept
 */
public record KeptAnswer(String request, int status, String headers, byte @Nullable [] body) {}
