package dev.rowhouse.tenancy.house;

import java.util.List;

/** A blueprint's SQL files in order. */
public record BlueprintScript(List<SqlFile> files) {

    /** One file; the name is for messages. */
    public record SqlFile(String name, String text) {}

    public BlueprintScript {
        files = List.copyOf(files);
    }
}
