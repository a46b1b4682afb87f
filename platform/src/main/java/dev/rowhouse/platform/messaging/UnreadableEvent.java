package dev.rowhouse.platform.messaging;

/** What arrived cannot be read by its consumer, now or ever: it goes to the dead letters without a second try. */
public final class UnreadableEvent extends RuntimeException {

    public UnreadableEvent(String message) {
        super(message);
    }
}
