package dev.rowhouse.tenancy.relay;

import java.time.Duration;

/**
 * How the relay works.
 *
 * @param page changes that are read, and published as one transaction, at a time
 * @param alarmAfter how old a change may become before it is published
 * @param refuseAfter how old it may become at most: from then on the shard takes no further change until the oldest is
 *     published, for the journal would grow until the disk is full
 */
public record RelaySettings(int page, Duration alarmAfter, Duration refuseAfter) {

    public static RelaySettings defaults() {
        return new RelaySettings(1_000, Duration.ofMinutes(1), Duration.ofDays(1));
    }
}
