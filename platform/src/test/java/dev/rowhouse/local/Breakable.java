package dev.rowhouse.local;

/** A server that can be made to fail, and to be as it was. */
public interface Breakable {

    /** Lets it hang until {@link #goOn}, or until this JVM ends: it takes what it is sent and answers nothing. */
    void pause();

    void goOn();

    /** Kills it, and each process of it, as {@code kill -9} does. */
    void kill();

    /** Starts it again after {@link #kill}, over the same data and on the same port; returns when it answers. */
    void startAgain();
}
