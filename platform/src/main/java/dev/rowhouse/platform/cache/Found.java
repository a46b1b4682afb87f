package dev.rowhouse.platform.cache;

import java.util.List;

/**
 * The answer to a question.
 *
 * @param parts of the value; they belong to everyone who asked, so nobody writes to them
 */
public record Found(Source source, List<byte[]> parts) {

    /** Where an answer comes from. */
    public enum Source {
        /** This process had it. */
        MEMORY,
        /** Redis had it. */
        REDIS,
        /** Somebody else was just asking the same. */
        JOINED,
        /** Nobody had it. */
        READ,
        /** What was kept is no longer good enough. */
        READ_AGAIN,
        /** Nothing was looked up, or the answer is too large to be kept: it has to be read by whoever asked. */
        UNKEPT
    }

    static final Found NOTHING = new Found(Source.UNKEPT, List.of());
}
