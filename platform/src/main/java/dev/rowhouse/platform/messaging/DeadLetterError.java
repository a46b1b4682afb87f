package dev.rowhouse.platform.messaging;

/** Why a dead letter was not replayed. */
public abstract sealed class DeadLetterError extends RuntimeException {

    private DeadLetterError(String message) {
        super(message);
    }

    /** An earlier one of its key has to go first. */
    public static final class NotFirst extends DeadLetterError {
        NotFirst(DeadLetter letter, DeadLetter first) {
            super("dead letter " + letter.id() + " waits behind dead letter " + first.id() + " of the same key");
        }
    }

    /** Its consumer does not run in this process. */
    public static final class NoConsumer extends DeadLetterError {
        NoConsumer(DeadLetter letter) {
            super("consumer '" + letter.consumer() + "' does not run here");
        }
    }
}
