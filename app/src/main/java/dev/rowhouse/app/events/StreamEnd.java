package dev.rowhouse.app.events;

/** Why a stream ends although its client still listens. */
final class StreamEnd extends RuntimeException {

    private final String reason;

    StreamEnd(String reason) {
        super(reason, null, false, false);
        this.reason = reason;
    }

    /** Returns the reason as clients are told it. */
    String reason() {
        return reason;
    }
}
