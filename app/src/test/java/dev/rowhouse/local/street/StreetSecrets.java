package dev.rowhouse.local.street;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The secrets of this installation, made on the first run.
 *
 * @param installation what passwords of shard logins are derived from
 * @param superuser password of PostgreSQL's superuser on the shards
 * @param operatorToken for the admin API; the application is told its hash only
 */
record StreetSecrets(String installation, String superuser, String operatorToken) {

    private static final int BYTES = 32;

    static StreetSecrets keptIn(StreetFolder folder) {
        var file = new KeptProperties(folder.resolve("secrets.properties"));
        return new StreetSecrets(
                file.getOrKeep("installation", StreetSecrets::random),
                file.getOrKeep("superuser", StreetSecrets::random),
                file.getOrKeep("operator-token", () -> "rh_op_" + random()));
    }

    /** Shows no secret. */
    @Override
    public String toString() {
        return "StreetSecrets[…]";
    }

    private static String random() {
        var bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
