package dev.rowhouse.tenancy.usage;

/**
 * An amount of use.
 *
 * @param requests all that came with a valid credential
 * @param refused those of them that a limit refused
 * @param failed those of them that were answered with an error of ours
 * @param storageBytes the most that was seen
 */
public record Used(
        long requests, long refused, long failed, long inserted, long updated, long deleted, long storageBytes) {

    public static final Used NOTHING = new Used(0, 0, 0, 0, 0, 0, 0);
}
