package dev.rowhouse.checked;

import dev.rowhouse.platform.postgres.AdministrativeSession;
import dev.rowhouse.tenancy.journal.Change;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the journal as one would who took positions for the order of commits: what stands above the last one that was seen.
 * Knows rows of the journal that hold one change.
 */
final class NaiveCursor implements AutoCloseable {

    private final CheckedHouse house;
    private final AdministrativeSession session;
    private long last;

    NaiveCursor(CheckedHouse house) {
        this.house = house;
        this.session = AdministrativeSession.open(house.shard(), house.superuser());
    }

    long position() {
        return last;
    }

    List<Told> read() {
        return session.query("""
                SELECT position, relation, change::text, before -> 0, after -> 0 FROM rowhouse.journal
                WHERE position > %d ORDER BY position""".formatted(last), row -> {
            last = row.getLong(1);
            var before = json(row.getString(4));
            var after = json(row.getString(5));
            return new Told(
                    house.id() + "-" + last,
                    new RowName(house.tenant(), row.getString(2), key(before, after)),
                    change(row.getString(3)),
                    before,
                    after);
        });
    }

    private static Change change(String letter) {
        return List.of(Change.values()).stream()
                .filter(change -> change.name().startsWith(letter.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow();
    }

    private static String key(@Nullable JsonNode before, @Nullable JsonNode after) {
        var image = after == null ? before : after;
        return image == null ? "" : image.path("id").asString("");
    }

    private static @Nullable JsonNode json(@Nullable String text) {
        return text == null ? null : JsonMapper.shared().readTree(text);
    }

    @Override
    public void close() {
        session.close();
    }
}
