package dev.rowhouse.platform.messaging;

/** Why nothing was published, or why it is not known whether it was. */
public abstract sealed class MessagingError extends RuntimeException {

    private MessagingError(String message, Throwable cause) {
        super(message, cause);
    }

    /** Kafka did not answer, or not for certain: what was sent may be there. Send it again. */
    public static final class Unavailable extends MessagingError {
        Unavailable(String what, Throwable cause) {
            super(what + ": Kafka does not answer", cause);
        }
    }

    /** Another publisher with the same transactional id has begun: this one has no say any more. */
    public static final class Fenced extends MessagingError {
        Fenced(String transactionalId, Throwable cause) {
            super("publisher '" + transactionalId + "' was replaced by another one of this name", cause);
        }
    }
}
