package dev.rowhouse.app.data.query;

/** Which part of the rows is asked for. */
public record Page(int limit, long offset) {

    /** The most rows one answer holds, and how many it holds when the client names no number. */
    public static final int LARGEST = 1_000;

    /** From the first row on, as many as an answer holds. */
    public static final Page FIRST = new Page(LARGEST, 0);
}
