package dev.rowhouse.local.street;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/**
 * What the secrets of a local run are sealed under: 32 bytes, as 64 hexadecimal digits in a variable, or else in a file that
 * the first run makes and its owner alone may read.
 */
final class StreetKey {

    static final String VARIABLE = "ROWHOUSE_LOCAL_KEY";

    private static final int BYTES = 32;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private StreetKey() {}

    /** @param sealed what it is the key of; where that is there already, no new key is made */
    static byte[] of(Path file, Path sealed, Map<String, String> environment) {
        var given = environment.get(VARIABLE);
        if (given != null) {
            return parsed(given, "The variable " + VARIABLE);
        }
        try {
            if (Files.exists(file)) {
                requireOwnerOnly(file);
                return parsed(Files.readString(file).strip(), file.toString());
            }
            if (Files.exists(sealed)) {
                throw new StreetBlocked(sealed + " is there and its key is not. Put " + file + " back or set "
                        + VARIABLE + ", or delete the folder .rowhouse to begin anew, without its data.");
            }
            return made(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] made(Path file) throws IOException {
        var key = new byte[BYTES];
        new SecureRandom().nextBytes(key);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        Files.writeString(file, HexFormat.of().formatHex(key) + "\n");
        return key;
    }

    private static void requireOwnerOnly(Path file) throws IOException {
        var permissions = Files.getPosixFilePermissions(file);
        if (!OWNER_ONLY.containsAll(permissions)) {
            throw new StreetBlocked(file + " can be used by others (" + PosixFilePermissions.toString(permissions)
                    + "). Make it its owner's alone: chmod 600 " + file);
        }
    }

    private static byte[] parsed(String text, String where) {
        try {
            var key = HexFormat.of().parseHex(text);
            if (key.length == BYTES) {
                return key;
            }
        } catch (IllegalArgumentException e) {
            // Told below, without what is there.
        }
        throw new StreetBlocked(
                where + " is no key (expected: " + 2 * BYTES + " hexadecimal digits). Put the right one there"
                        + " back, or delete the folder .rowhouse to begin anew, without its data.");
    }
}
