package dev.rowhouse.tenancy.blueprint;

import dev.rowhouse.tenancy.BlueprintVersion;
import java.time.Instant;
import java.util.List;

/**
 * A published version.
 *
 * @param checksum SHA-256 of its files in hexadecimal
 * @param warnings what is allowed but probably not meant
 */
public record PublishedBlueprint(
        BlueprintVersion version,
        String checksum,
        List<String> files,
        int relations,
        int routines,
        List<String> warnings,
        Instant publishedAt,
        String publishedBy) {

    public PublishedBlueprint {
        files = List.copyOf(files);
        warnings = List.copyOf(warnings);
    }
}
