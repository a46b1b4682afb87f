package dev.rowhouse.app.events;

/** What a house's streams hear: a page of its changes, or that time has passed. */
sealed interface Signal permits HousePage, Signal.Beat {

    /** Returns the position that is reached when this has been heard. */
    long through();

    /** Returns how many characters of changes it holds. */
    long length();

    /** Time has passed, in which nothing of the house has changed up to {@code through}. */
    record Beat(long through) implements Signal {

        @Override
        public long length() {
            return 0;
        }
    }
}
