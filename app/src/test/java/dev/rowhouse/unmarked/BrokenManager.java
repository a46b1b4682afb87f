package dev.rowhouse.unmarked;

/** A name that fits anything, in a package without {@code @NullMarked}. */
public final class BrokenManager {}
