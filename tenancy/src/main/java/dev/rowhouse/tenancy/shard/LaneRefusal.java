package dev.rowhouse.tenancy.shard;

/** Why a lane lends no connection, although nothing failed. */
enum LaneRefusal {
    /** Too many wait already. */
    FULL,
    /** None came back in time. */
    LATE,
    /** The lane is closed. */
    CLOSED;

    /** What whoever asked is told; without a stack trace, for it is made when there is most to do. */
    static final class Failure extends RuntimeException {

        private final transient LaneRefusal refusal;

        private Failure(LaneRefusal refusal) {
            super("no connection: " + refusal, null, false, false);
            this.refusal = refusal;
        }

        LaneRefusal refusal() {
            return refusal;
        }
    }

    Failure failure() {
        return new Failure(this);
    }
}
