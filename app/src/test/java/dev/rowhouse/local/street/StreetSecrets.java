package dev.rowhouse.local.street;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;

/**
 * The secrets of this installation, made on the first run.
 *
 * @param installation what passwords of shard logins are derived from
 * @param superuser password of PostgreSQL's superuser on the shards
 * @param operatorToken for the admin API; the application is told its hash only
 */
record StreetSecrets(String installation, String superuser, String operatorToken) {

    private static final int BYTES = 32;

    static StreetSecrets keptIn(StreetFolder folder, Map<String, String> environment) {
        var kept = KeptSecrets.in(folder, "secrets", environment);
        return new StreetSecrets(
                kept.getOrKeep("installation", StreetSecrets::random),
                kept.getOrKeep("superuser", StreetSecrets::random),
                kept.getOrKeep("operator-token", () -> "rh_op_" + random()));
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
