package dev.rowhouse.tenancy.shard;

/** What is known of a key under which a write is to happen once. */
public sealed interface Claim {

    /** Nothing was written under it; until this transaction ends nobody else may. */
    record Granted() implements Claim {}

    /** Another transaction is at it. */
    record Running() implements Claim {}

    /** It was written. */
    record Done(KeptAnswer answer) implements Claim {}
}
