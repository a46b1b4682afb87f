package dev.rowhouse.platform.cache;

/**
 * What a value is sure to hold: everything its reader had been told of when its read began.
 *
 * @param reader the process that read it
 * @param moment when the read began, on that process's own clock, of use to itself alone
 * @param position up to where the reader had been told of changes, equal for all processes
 */
public record Stamp(String reader, long moment, long position) {}
