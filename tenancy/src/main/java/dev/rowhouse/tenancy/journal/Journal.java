package dev.rowhouse.tenancy.journal;

import dev.rowhouse.platform.database.Database;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.shard.ShardDefinition;
import dev.rowhouse.tenancy.shard.ShardError;
import dev.rowhouse.tenancy.shard.ShardLogins;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The journals of the open shards. What it emits is committed, complete and in order; it fails with {@link
 * ShardError.Unavailable} while a shard does not answer, and may be asked again.
 */
public final class Journal implements AutoCloseable {

    private static final int CONNECTIONS = 4;
    // Of the images' JSON on a page, after which no other statement is begun.
    private static final int MOST_BYTES = 4 << 20;

    // What one row of the journal holds is taken apart here. A row whose key changed is one that went and one that
    // came.
    // To ask for the size of an image does not read it.
    private static final String READ = """
            SELECT p.position + 2 * (coalesce(r.ordinal, 1) - 1) AS position, p.house, p.relation, p.change::text AS change,
              p.whole, p.origin, p.transaction::text AS transaction, p.at, p.position AS statement, p.last,
              r.before::text AS before, r.after::text AS after,
              CASE WHEN p.key_columns = '{}' OR NOT p.whole THEN r.before
                ELSE rowhouse.journal_key(r.before, p.key_columns) END::text AS key_before,
              CASE WHEN p.key_columns = '{}' OR NOT p.whole THEN r.after
                ELSE rowhouse.journal_key(r.after, p.key_columns) END::text AS key_after
            FROM (SELECT first.*, sum(changes) OVER passed - changes AS earlier, sum(bytes) OVER passed - bytes AS bytes_earlier,
                max(position) OVER () AS last FROM (
                SELECT j.*, coalesce(pg_column_size(before), 0) + coalesce(pg_column_size(after), 0) AS bytes
                FROM rowhouse.journal AS j WHERE position > :after - 2047 AND position <= :horizon
                ORDER BY position LIMIT :limit) AS first WINDOW passed AS (ORDER BY position)) AS p
              LEFT JOIN LATERAL ROWS FROM (pg_catalog.json_array_elements(p.before), pg_catalog.json_array_elements(p.after))
                WITH ORDINALITY AS r (before, after, ordinal) ON true
            WHERE p.earlier < :limit AND p.bytes_earlier < :bytes
            ORDER BY 1""";

    private static final String MARKS = """
            SELECT house, relation, max(position) AS position FROM rowhouse.journal
            WHERE position > :after AND position <= :horizon GROUP BY house, relation""";

    private static final String OLDEST = "SELECT min(position) AS position FROM rowhouse.journal";

    private static final String REGISTER = """
            INSERT INTO rowhouse.journal_reader (name, position) VALUES (:name, :position)
            ON CONFLICT (name) DO NOTHING""";

    private static final String POSITION = "SELECT position FROM rowhouse.journal_reader WHERE name = :name";

    private static final String LEAD = """
            UPDATE rowhouse.journal_reader SET epoch = epoch + 1, moved_at = now() WHERE name = :name RETURNING epoch""";

    private static final String ADVANCE = """
            UPDATE rowhouse.journal_reader SET position = :position, moved_at = now()
            WHERE name = :name AND position <= :position AND epoch = coalesce(:epoch, epoch)""";

    private static final String BACKLOG = """
            SELECT coalesce(sum(j.changes), 0) AS changes,
              coalesce(extract(epoch FROM clock_timestamp() - min(j.at)) * 1000, 0)::bigint AS age, r.epoch AS term
            FROM rowhouse.journal_reader AS r LEFT JOIN LATERAL (
              SELECT n.changes, n.at FROM rowhouse.journal AS n WHERE n.position > r.position
              ORDER BY n.position LIMIT 10000) AS j ON true
            WHERE r.name = :name GROUP BY r.epoch""";

    private static final int SHARDS_AT_ONCE = 8;

    private static final String KEEP = "SELECT rowhouse.keep_journal(make_interval(secs => :seconds))";

    private record Open(ShardDefinition definition, Database database, Horizon horizon) {}

    private final ShardLogins logins;
    private final Map<ShardName, Open> shards = new ConcurrentHashMap<>();

    public Journal(ShardLogins logins) {
        this.logins = logins;
    }

    /** Opens a shard's journal, or takes over its changed endpoint; connects to nothing yet. */
    public void open(ShardDefinition definition) {
        shards.compute(definition.name(), (name, known) -> {
            if (known != null && known.definition().endpoint().equals(definition.endpoint())) {
                return known;
            }
            if (known != null) {
                known.database().close();
            }
            var database = Database.open(definition.endpoint(), logins.journalReader(name), CONNECTIONS);
            return new Open(definition, database, new Horizon(database));
        });
    }

    /** Closes a shard's journal, if it is open. */
    public void close(ShardName shard) {
        var known = shards.remove(shard);
        if (known != null) {
            known.database().close();
        }
    }

    /** Returns the shards whose journals are open. */
    public List<ShardName> shards() {
        return List.copyOf(shards.keySet());
    }

    /**
     * Emits what follows {@code after}, as far as no late commit can precede it.
     *
     * @param limit of the changes, fewer of large rows; the last statement among them is whole, and may exceed it
     */
    public Mono<JournalPage> read(ShardName shard, long after, int limit) {
        return on(shard, open -> open.horizon().reach().flatMap(reach -> page(open, after, reach, limit)));
    }

    /** Emits which relations have changed behind {@code after}, as far as no late commit can precede it. */
    Mono<JournalMarks> marks(ShardName shard, long after) {
        return on(shard, open -> open.horizon().reach().flatMap(reach -> marks(open, after, reach)));
    }

    private static Mono<JournalMarks> marks(Open open, long after, Horizon.Reach reach) {
        if (after >= reach.position()) {
            return Mono.just(new JournalMarks(List.of(), after, reach.asOf()));
        }
        return open.database()
                .client()
                .sql(MARKS)
                .bind("after", after)
                .bind("horizon", reach.position())
                .map(row -> new JournalMarks.Mark(
                        house(row), required(row, "relation", String.class), required(row, "position", Long.class)))
                .all()
                .collectList()
                .timeout(Horizon.PATIENCE)
                .map(marks -> new JournalMarks(marks, reach.position(), reach.asOf()));
    }

    /** Returns how long to wait with the next look at the shard's journal: for as long as a commit may stay unseen. */
    public Duration pause(ShardName shard) {
        var open = shards.get(shard);
        return open == null ? Horizon.QUIET_PAUSE : open.horizon().pause();
    }

    /**
     * Emits the position up to which everything can be read now; a journal that was opened a moment ago waits for what is
     * being written meanwhile.
     */
    public Mono<Long> horizon(ShardName shard) {
        return on(shard, Journal::position);
    }

    /** Emits for how long the horizon has been held back by a transaction that does not end: zero when it is not. */
    public Mono<Duration> horizonAge(ShardName shard) {
        return on(shard, open -> open.horizon().reach().map(_ -> open.horizon().age()));
    }

    /** Emits the page without a change that stands before all that can not be read yet. */
    Mono<JournalPage> beginning(ShardName shard) {
        return beginningOfMarks(shard).map(none -> new JournalPage(List.of(), none.through(), none.asOf()));
    }

    /** Emits the same of marks. */
    Mono<JournalMarks> beginningOfMarks(ShardName shard) {
        return on(
                shard,
                open -> open.horizon()
                        .known()
                        .map(reach -> new JournalMarks(List.of(), reach.position(), reach.asOf())));
    }

    private static Mono<Long> position(Open open) {
        return open.horizon().known().map(Horizon.Reach::position);
    }

    /** Emits the oldest position that is kept, or the horizon of a journal without a change. */
    public Mono<Long> oldest(ShardName shard) {
        return on(
                shard,
                open -> open.database()
                        .client()
                        .sql(OLDEST)
                        .map(row -> Mono.justOrEmpty(row.get("position", Long.class)))
                        .one()
                        .timeout(Horizon.PATIENCE)
                        .flatMap(position -> position)
                        .switchIfEmpty(position(open)));
    }

    /** Emits where the reader of that name has come to; a new one begins at the horizon. */
    public Mono<Long> position(ShardName shard, String reader) {
        return on(shard, open -> {
            var known = open.database()
                    .client()
                    .sql(POSITION)
                    .bind("name", reader)
                    .map(row -> required(row, "position", Long.class))
                    .one()
                    .timeout(Horizon.PATIENCE);
            var registered = position(open)
                    .flatMap(horizon -> open.database()
                            .client()
                            .sql(REGISTER)
                            .bind("name", reader)
                            .bind("position", horizon)
                            .then()
                            .timeout(Horizon.PATIENCE)
                            .then(known));
            return known.switchIfEmpty(registered);
        });
    }

    /** Begins a new term for the reader of that name, and emits it: whoever moved it before can move it no more. */
    public Mono<Long> lead(ShardName shard, String reader) {
        return position(shard, reader)
                .then(on(
                        shard,
                        open -> open.database()
                                .client()
                                .sql(LEAD)
                                .bind("name", reader)
                                .map(row -> required(row, "epoch", Long.class))
                                .one()
                                .timeout(Horizon.PATIENCE)));
    }

    /** Moves the reader of that name on, never back. */
    public Mono<Void> advance(ShardName shard, String reader, long position) {
        return moved(shard, reader, position, null).then();
    }

    /** Moves the reader on and emits whether it could: not if another term has begun. */
    public Mono<Boolean> advance(ShardName shard, String reader, long position, long epoch) {
        return moved(shard, reader, position, epoch).map(rows -> rows > 0);
    }

    private Mono<Long> moved(ShardName shard, String reader, long position, @Nullable Long epoch) {
        return on(
                shard,
                open -> open.database()
                        .client()
                        .sql(ADVANCE)
                        .bind("name", reader)
                        .bind("position", position)
                        .bind("epoch", Database.nullable(epoch, Long.class))
                        .fetch()
                        .rowsUpdated()
                        .timeout(Horizon.PATIENCE));
    }

    /** Emits what the reader of that name has not read; nothing for one that there is not. */
    public Mono<JournalBacklog> backlog(ShardName shard, String reader) {
        return on(
                shard,
                open -> open.database()
                        .client()
                        .sql(BACKLOG)
                        .bind("name", reader)
                        .map(row -> new JournalBacklog(
                                required(row, "changes", Long.class),
                                Duration.ofMillis(required(row, "age", Long.class)),
                                required(row, "term", Long.class)))
                        .one()
                        .timeout(Horizon.PATIENCE));
    }

    /** Makes room for the days to come on every open shard, and drops what is older than {@code retention} and read by all. */
    public Mono<Void> keep(Duration retention) {
        return Flux.fromIterable(shards.keySet())
                .flatMapDelayError(shard -> keep(shard, retention), SHARDS_AT_ONCE, 1)
                .then();
    }

    private Mono<Void> keep(ShardName shard, Duration retention) {
        return on(
                shard,
                open -> open.database()
                        .client()
                        .sql(KEEP)
                        .bind("seconds", (double) retention.toSeconds())
                        .fetch()
                        .rowsUpdated()
                        .timeout(Horizon.PATIENCE)
                        .then());
    }

    @Override
    public void close() {
        shards.values().forEach(open -> open.database().close());
    }

    private static Mono<JournalPage> page(Open open, long after, Horizon.Reach reach, int limit) {
        if (after >= reach.position()) {
            return Mono.just(new JournalPage(List.of(), after, reach.asOf()));
        }
        return open.database()
                .client()
                .sql(READ)
                .bind("after", after)
                .bind("horizon", reach.position())
                .bind("limit", limit)
                .bind("bytes", MOST_BYTES)
                .map(Line::of)
                .all()
                .collectList()
                .timeout(Horizon.PATIENCE)
                .map(lines -> page(lines, after, reach, limit));
    }

    private static JournalPage page(List<Line> lines, long after, Horizon.Reach reach, int limit) {
        var entries = lines.stream()
                .flatMap(line -> line.entries().stream())
                .filter(entry -> entry.position() > after)
                .toList();
        var isCut = lines.size() >= limit
                || !lines.isEmpty()
                        && lines.getLast().statement() < lines.getLast().last();
        return isCut
                ? new JournalPage(entries, lines.getLast().statement() + Horizon.STEP - 1)
                : new JournalPage(entries, reach.position(), reach.asOf());
    }

    private <T> Mono<T> on(ShardName shard, Function<Open, Mono<T>> work) {
        return Mono.defer(() -> {
                    var open = shards.get(shard);
                    return open == null ? Mono.error(new ShardError.Unknown(shard)) : work.apply(open);
                })
                .onErrorMap(Database::isUnanswered, failure -> new ShardError.Unavailable(shard, failure));
    }

    private static HouseId house(Readable row) {
        return new HouseId(required(row, "house", String.class).substring("h_".length()));
    }

    private static <T> T required(Readable row, String column, Class<T> type) {
        return Objects.requireNonNull(row.get(column, type));
    }

    /** A row of the answer: one row that a statement changed, and the last statement that was looked at. */
    private record Line(
            JournalEntry entry,
            long statement,
            long last,
            @Nullable String keyBefore,
            @Nullable String keyAfter) {

        static Line of(Readable row) {
            var origin = Origin.of(required(row, "origin", String.class));
            var whole = required(row, "whole", Boolean.class);
            var keyBefore = row.get("key_before", String.class);
            var keyAfter = row.get("key_after", String.class);
            var entry = new JournalEntry(
                    required(row, "position", Long.class),
                    house(row),
                    required(row, "relation", String.class),
                    change(required(row, "change", String.class)),
                    keyBefore == null ? keyAfter : keyBefore,
                    whole ? row.get("before", String.class) : null,
                    whole ? row.get("after", String.class) : null,
                    origin.actor(),
                    origin.requestId(),
                    origin.traceparent(),
                    Long.parseLong(required(row, "transaction", String.class)),
                    required(row, "at", Instant.class));
            return new Line(
                    entry,
                    required(row, "statement", Long.class),
                    required(row, "last", Long.class),
                    keyBefore,
                    keyAfter);
        }

        private static Change change(String letter) {
            return switch (letter) {
                case "I" -> Change.INSERT;
                case "U" -> Change.UPDATE;
                case "D" -> Change.DELETE;
                default -> Change.TRUNCATE;
            };
        }

        List<JournalEntry> entries() {
            if (entry.change() != Change.UPDATE || Objects.equals(keyBefore, keyAfter)) {
                return List.of(entry);
            }
            return List.of(
                    part(entry.position(), Change.DELETE, keyBefore, entry.before(), null),
                    part(entry.position() + 1, Change.INSERT, keyAfter, null, entry.after()));
        }

        private JournalEntry part(
                long position, Change change, @Nullable String key, @Nullable String before, @Nullable String after) {
            return new JournalEntry(
                    position,
                    entry.house(),
                    entry.relation(),
                    change,
                    key,
                    before,
                    after,
                    entry.actor(),
                    entry.requestId(),
                    entry.traceparent(),
                    entry.transaction(),
                    entry.at());
        }
    }

    /** What the setting {@code rowhouse.origin} said when a row was changed. */
    private record Origin(
            @Nullable String requestId, @Nullable String traceparent, String actor) {

        static Origin of(String words) {
            var parts = words.split(" ", 3);
            return parts.length < 3
                    ? new Origin(null, null, words)
                    : new Origin(known(parts[0]), known(parts[1]), parts[2]);
        }

        private static @Nullable String known(String word) {
            return word.equals("-") || word.isEmpty() ? null : word;
        }
    }
}
