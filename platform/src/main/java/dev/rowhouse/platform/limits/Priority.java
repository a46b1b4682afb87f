package dev.rowhouse.platform.limits;

/** What is given up first when there is too much: the lowest. */
public enum Priority {
    BACKGROUND(0.5),
    NORMAL(0.9),
    CRITICAL(1);

    private final double share;

    Priority(double share) {
        this.share = share;
    }

    /** Returns how many may be at work for one more of this priority to come in. */
    int roomOf(int limit) {
        return Math.max(1, (int) (limit * share));
    }
}
