package dev.rowhouse.local.street;

/** The street cannot come up, for a reason that its user can remove. */
final class StreetBlocked extends RuntimeException {

    StreetBlocked(String message) {
        super(message, null, false, false);
    }
}
