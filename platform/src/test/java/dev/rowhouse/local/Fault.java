package dev.rowhouse.local;

import java.time.Duration;
import java.util.function.Predicate;

/** What a network does to what passes through a {@link FaultProxy}. */
public sealed interface Fault {

    /** Nothing: all passes. */
    record None() implements Fault {}

    /** Each piece comes later. */
    record Delay(Duration by) implements Fault {}

    /** What was sent at once comes in pieces of so many bytes at most. */
    record Slice(int bytes) implements Fault {}

    /** Connections are taken and stay open, and nothing passes either way. */
    record BlackHole() implements Fault {}

    /** Connections end with a reset at the next byte, and new ones at once. */
    record Reset() implements Fault {}

    /** Connections end in order behind so many bytes of their answers. */
    record Cut(long afterBytes) implements Fault {}

    /**
     * Requests arrive and their answers are lost, on each connection from the first such request on.
     *
     * @param request whether a piece that was sent is one
     */
    record DropAnswers(Predicate<byte[]> request) implements Fault {}
}
