package dev.rowhouse.tenancy.operation;

/** Why a step cannot be taken now, although it may be a moment later: it is tried again. */
public final class NotYet extends RuntimeException {

    /** @param message in words fit for operators */
    public NotYet(String message) {
        super(message);
    }
}
