package dev.rowhouse.platform.messaging;

import dev.rowhouse.platform.database.Database;
import dev.rowhouse.platform.secrets.DataSeal;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The table of dead letters. */
final class DeadLetterRows {

    private static final int LONGEST_ERROR = 2_000;

    // Taken once more by a consumer that had not yet said so to Kafka, a record is here already.
    private static final String ADD = """
            INSERT INTO dead_letter (consumer, topic, partition, "offset", key, headers, value, data_key, reason, error, tries)
            VALUES (:consumer, :topic, :partition, :offset, :key, :headers, :value, :data_key, :reason, :error, :tries)
            ON CONFLICT (consumer, topic, partition, "offset") DO NOTHING""";

    private static final String PARKED = """
            SELECT DISTINCT d.key FROM unnest(:keys::text[]) AS k
              JOIN dead_letter AS d ON d.consumer = :consumer AND md5(d.key) = md5(k) AND d.key = k""";

    private static final String SELECT = """
            SELECT id, consumer, topic, partition, "offset", key, headers, value, data_key, reason, error, tries, died_at
            FROM dead_letter
            """;

    private static final String LIST = SELECT + """
            WHERE id > :after AND consumer = coalesce(:consumer, consumer) AND (:key::text IS NULL OR md5(key) = md5(:key) AND key = :key)
            ORDER BY id LIMIT :limit""";

    private static final String FIRST = SELECT + """
            WHERE consumer = :consumer AND md5(key) = md5(:key) AND key = :key ORDER BY id LIMIT 1""";

    private static final String COUNT = """
            SELECT count(*) AS letters FROM dead_letter
            WHERE consumer = :consumer AND md5(key) = md5(:key) AND key = :key""";

    private static final String REMOVE = "DELETE FROM dead_letter WHERE id = :id";

    private static final String FAILED = """
            UPDATE dead_letter SET reason = :reason, error = :error, tries = tries + 1 WHERE id = :id""";

    private static final String DATA_KEYS = "SELECT DISTINCT data_key FROM dead_letter WHERE data_key IS NOT NULL";

    private static final String REWRAP = "UPDATE dead_letter SET data_key = :next WHERE data_key = :before";

    private final Database database;
    private final DataSeal seal;

    DeadLetterRows(Database database, DataSeal seal) {
        this.database = database;
        this.seal = seal;
    }

    Mono<Void> add(String consumer, List<InboxPlan.Letter> letters) {
        return Flux.fromIterable(letters)
                .concatMap(letter -> add(consumer, letter))
                .then();
    }

    private Mono<Void> add(String consumer, InboxPlan.Letter letter) {
        var delivery = letter.delivery();
        return seal.seal(delivery.value(), place(delivery.topic(), delivery.partition(), delivery.offset()))
                .flatMap(value -> add(consumer, letter, value));
    }

    private Mono<Void> add(String consumer, InboxPlan.Letter letter, DataSeal.Sealed value) {
        var delivery = letter.delivery();
        return database.client()
                .sql(ADD)
                .bind("consumer", consumer)
                .bind("topic", delivery.topic())
                .bind("partition", delivery.partition())
                .bind("offset", delivery.offset())
                .bind("key", Database.nullable(delivery.key(), String.class))
                .bind("headers", pairs(delivery.headers()))
                .bind("value", value.content())
                .bind("data_key", Database.nullable(value.dataKey(), String.class))
                .bind("reason", letter.reason().label())
                .bind("error", letter.error())
                .bind("tries", letter.tries())
                .then();
    }

    /** Emits the letter with its value as it came. */
    Mono<DeadLetter> opened(DeadLetter letter) {
        return seal.open(
                        new DataSeal.Sealed(letter.dataKey(), letter.value()),
                        place(letter.topic(), letter.partition(), letter.offset()))
                .map(letter::opened);
    }

    /** Wraps data keys anew that an earlier version of their key has wrapped; emits of how many letters. */
    Mono<Long> rewrap() {
        return database.client()
                .sql(DATA_KEYS)
                .map(row -> required(row, "data_key", String.class))
                .all()
                .collectList()
                .flatMapMany(Flux::fromIterable)
                .concatMap(before -> seal.rewrapped(before).flatMap(next -> rewrap(before, next)))
                .reduce(0L, Long::sum);
    }

    private Mono<Long> rewrap(String before, String next) {
        return database.client()
                .sql(REWRAP)
                .bind("before", before)
                .bind("next", next)
                .fetch()
                .rowsUpdated();
    }

    // Of the consumer it says nothing: what is made anew takes its letters over.
    private static String place(String topic, int partition, long offset) {
        return "dead letter " + topic + " " + partition + " " + offset;
    }

    /** Emits which of the keys have dead letters. */
    Mono<Set<String>> parked(String consumer, Set<String> keys) {
        return database.client()
                .sql(PARKED)
                .bind("consumer", consumer)
                .bind("keys", keys.toArray(String[]::new))
                .map(row -> required(row, "key", String.class))
                .all()
                .collect(Collectors.toSet());
    }

    Flux<DeadLetter> list(@Nullable String consumer, @Nullable String key, int limit, long after) {
        return database.client()
                .sql(LIST)
                .bind("after", after)
                .bind("consumer", Database.nullable(consumer, String.class))
                .bind("key", Database.nullable(key, String.class))
                .bind("limit", limit)
                .map(DeadLetterRows::letter)
                .all();
    }

    Mono<DeadLetter> find(long id) {
        return database.client()
                .sql(SELECT + "WHERE id = :id")
                .bind("id", id)
                .map(DeadLetterRows::letter)
                .one();
    }

    /** Emits the first dead letter of a key, or nothing. */
    Mono<DeadLetter> first(String consumer, String key) {
        return database.client()
                .sql(FIRST)
                .bind("consumer", consumer)
                .bind("key", key)
                .map(DeadLetterRows::letter)
                .one();
    }

    Mono<Long> count(String consumer, String key) {
        return database.client()
                .sql(COUNT)
                .bind("consumer", consumer)
                .bind("key", key)
                .map(row -> required(row, "letters", Long.class))
                .one();
    }

    /** Emits whether the letter was there. */
    Mono<Boolean> remove(long id) {
        return database.client()
                .sql(REMOVE)
                .bind("id", id)
                .fetch()
                .rowsUpdated()
                .map(rows -> rows > 0);
    }

    Mono<Void> failed(long id, Throwable failure) {
        var reason = failure instanceof UnreadableEvent ? DeadLetter.Reason.UNREADABLE : DeadLetter.Reason.FAILED;
        return database.client()
                .sql(FAILED)
                .bind("id", id)
                .bind("reason", reason.label())
                .bind("error", error(failure))
                .then();
    }

    /** Returns what is written down of a failure. */
    static String error(Throwable failure) {
        var text = failure.toString().replace('\0', '\uFFFD');
        return text.length() <= LONGEST_ERROR ? text : text.substring(0, LONGEST_ERROR) + "…";
    }

    private static DeadLetter letter(Readable row) {
        return new DeadLetter(
                required(row, "id", Long.class),
                required(row, "consumer", String.class),
                required(row, "topic", String.class),
                required(row, "partition", Integer.class),
                required(row, "offset", Long.class),
                row.get("key", String.class),
                headers(required(row, "headers", String[].class)),
                required(row, "value", byte[].class),
                DeadLetter.Reason.of(required(row, "reason", String.class)),
                required(row, "error", String.class),
                required(row, "tries", Integer.class),
                required(row, "died_at", Instant.class),
                row.get("data_key", String.class));
    }

    private static <T> T required(Readable row, String column, Class<T> type) {
        return Objects.requireNonNull(row.get(column, type));
    }

    private static String[] pairs(Map<String, String> headers) {
        var pairs = new ArrayList<String>();
        headers.forEach((name, value) -> {
            pairs.add(name);
            pairs.add(value);
        });
        return pairs.toArray(String[]::new);
    }

    private static Map<String, String> headers(String[] pairs) {
        var headers = new LinkedHashMap<String, String>();
        for (var i = 0; i + 1 < pairs.length; i += 2) {
            headers.put(pairs[i], pairs[i + 1]);
        }
        return headers;
    }
}
