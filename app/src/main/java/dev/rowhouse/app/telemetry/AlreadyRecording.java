package dev.rowhouse.app.telemetry;

/** This process records already, and does one recording at a time. */
public final class AlreadyRecording extends RuntimeException {

    private final transient Recorded other;

    AlreadyRecording(Recorded other) {
        super("recording " + other.id() + " is under way", null, false, false);
        this.other = other;
    }

    /** Returns the one that is under way. */
    public Recorded other() {
        return other;
    }
}
