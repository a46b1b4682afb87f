package dev.rowhouse.tenancy.house;

import dev.rowhouse.tenancy.BlueprintVersion;
import dev.rowhouse.tenancy.house.BlueprintScript.SqlFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The sample blueprint: a music store of eleven relations, with their data beside it. */
public final class MusicStore {

    public static final BlueprintVersion VERSION = new BlueprintVersion("music-store", 1);

    /** The relations in an order in which their data can be loaded. */
    public static final List<String> RELATIONS = List.of(
            "artist",
            "album",
            "genre",
            "media_type",
            "track",
            "playlist",
            "playlist_track",
            "employee",
            "customer",
            "invoice",
            "invoice_line");

    private static final List<String> FILES =
            List.of("01-catalogue.sql", "02-sales.sql", "03-access.sql", "04-reports.sql");

    private MusicStore() {}

    public static BlueprintScript script() {
        return new BlueprintScript(
                FILES.stream().map(name -> new SqlFile(name, text(name))).toList());
    }

    /** Returns the rows of a relation as CSV with a header. */
    public static String csv(String relation) {
        return text("data/" + relation + ".csv");
    }

    private static String text(String name) {
        try (var stream = MusicStore.class.getResourceAsStream("/musicstore/" + name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
