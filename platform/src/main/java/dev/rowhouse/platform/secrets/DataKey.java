package dev.rowhouse.platform.secrets;

/**
 * A key that data is sealed by.
 *
 * @param wrapped what may be stored beside the data
 * @param bytes 32, for AES-256
 */
@SuppressWarnings("ArrayRecordComponent")
public record DataKey(String wrapped, byte[] bytes) {

    /** Shows no key. */
    @Override
    public String toString() {
        return "DataKey[" + wrapped.length() + " characters wrapped]";
    }
}
