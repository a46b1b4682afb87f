package dev.rowhouse.app.data.limits;

/** A request that was let in. Whoever holds it leaves once. */
@FunctionalInterface
public interface Passage {

    /** Of what takes no place. */
    Passage FREE = () -> {};

    void leave();
}
