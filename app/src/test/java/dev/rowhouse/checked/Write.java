package dev.rowhouse.checked;

/**
 * What one writer wanted in one transaction.
 *
 * @param mark by which its changes are known, in every row the same
 * @param changes that it makes if it happens
 */
record Write(String tenant, String mark, int changes, Outcome outcome) {

    /** What the writer knows of it. */
    enum Outcome {
        /** The answer said that it happened. */
        DONE,
        /** The answer said that it did not, or it was rolled back. */
        REFUSED,
        /** There was no answer, or one that says neither. */
        UNKNOWN
    }

    /** Returns the mark of a removal of the row that had this word: words are written once. */
    static String removal(String word) {
        return "removal of " + word;
    }
}
