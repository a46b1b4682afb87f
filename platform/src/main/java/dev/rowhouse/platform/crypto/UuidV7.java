package dev.rowhouse.platform.crypto;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.UUID;

/** Time-ordered ids (RFC 9562, version 7): new rows land at the end of an index. */
public final class UuidV7 {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long RANDOM_A = 0xFFFL;
    private static final long RANDOM_B = 0x3FFF_FFFF_FFFF_FFFFL;

    private UuidV7() {}

    public static UUID next() {
        return at(Instant.now());
    }

    static UUID at(Instant moment) {
        var most = moment.toEpochMilli() << 16 | 0x7000L | RANDOM.nextLong() & RANDOM_A;
        var least = 0x8000_0000_0000_0000L | RANDOM.nextLong() & RANDOM_B;
        return new UUID(most, least);
    }
}
