package dev.rowhouse.checked;

import dev.rowhouse.checked.Write.Outcome;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes at random as a tenant's client does: single rows, loads, transactions and functions, some of which must fail. */
final class ApiWriter {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String JSON = "application/json";
    private static final String MERGE = "resolution=merge-duplicates";
    private static final String QUIETLY = "return=minimal";
    private static final int MOST_ROWS = 40;

    /** A tenant and what opens it. */
    record Access(String tenant, String key) {}

    private final Access access;
    private final Supplier<String> base;
    private final WriterJournal journal;
    private final Random random;
    private final Words words;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    // A row with a word that no other row has.
    private final ArrayDeque<Map.Entry<RowName, String>> own = new ArrayDeque<>();

    /** @param base of an application that lives, asked for with each write */
    ApiWriter(String name, long seed, Access access, Supplier<String> base, WriterJournal journal) {
        this.access = access;
        this.base = base;
        this.journal = journal;
        this.random = new Random(seed);
        this.words = new Words(name, random);
    }

    void write() {
        var word = words.next();
        var relation = words.relation();
        switch (random.nextInt(12)) {
            case 0 ->
                attempt(word, 1, "POST", "/rest/v1/" + relation + "?on_conflict=id", JSON, MERGE, row("s1", word));
            case 1 -> attempt(word, 1, "PATCH", "/rest/v1/" + relation + "?id=eq.s2", JSON, QUIETLY, row(word));
            case 2, 3 -> insertOwn(relation, word);
            case 4 -> updateOwn(word);
            case 5 -> deleteOwn();
            case 6 -> load(relation, word, "application/x-ndjson", "", "\n");
            case 7 -> load(relation, word, "text/csv", "id,word\n", "\n");
            case 8 -> transact(word, word, 2);
            case 9 -> transact(word, "", 0);
            case 10 -> attempt(word, 2, "POST", "/rest/v1/rpc/write_both", JSON, QUIETLY, row(word, word));
            default -> refused(relation, word);
        }
    }

    private void insertOwn(String relation, String word) {
        if (attempt(word, 1, "POST", "/rest/v1/" + relation, JSON, QUIETLY, row(word, word)) == Outcome.DONE) {
            own.add(Map.entry(new RowName(access.tenant(), relation, word), word));
        }
    }

    private void updateOwn(String word) {
        var oldest = own.poll();
        if (oldest != null) {
            var row = oldest.getKey();
            var path = "/rest/v1/" + row.relation() + "/" + row.key();
            if (attempt(word, 1, "PATCH", path, JSON, QUIETLY, row(word)) == Outcome.DONE) {
                own.add(Map.entry(row, word));
            }
        }
    }

    private void deleteOwn() {
        var oldest = own.poll();
        if (oldest != null) {
            var row = oldest.getKey();
            attempt(
                    Write.removal(oldest.getValue()),
                    1,
                    "DELETE",
                    "/rest/v1/" + row.relation() + "?id=eq." + row.key(),
                    JSON,
                    QUIETLY,
                    "");
        }
    }

    private void load(String relation, String word, String type, String head, String between) {
        var many = 1 + random.nextInt(MOST_ROWS);
        var body = IntStream.range(0, many)
                .mapToObj(n -> word + "-" + n)
                .map(key -> type.equals("text/csv") ? key + "," + word : row(key, word))
                .collect(Collectors.joining(between, head, between));
        attempt(word, many, "POST", "/rest/v1/" + relation, type, QUIETLY, body);
    }

    /** @param last word of the second row; nothing is written if it is refused */
    private void transact(String word, String last, int changes) {
        var calls = """
                {"isolation": "read committed", "calls": [
                  {"method": "POST", "path": "/rest/v1/counted", "body": %s},
                  {"method": "POST", "path": "/rest/v1/plain", "body": %s}]}""".formatted(row(word, word), row(word, last));
        attempt(word, changes, "POST", "/tx/v1", JSON, QUIETLY, calls);
    }

    private void refused(String relation, String word) {
        if (random.nextBoolean()) {
            attempt(word, 0, "POST", "/rest/v1/rpc/write_and_fail", JSON, QUIETLY, row(word, word));
        } else {
            attempt(word, 0, "POST", "/rest/v1/" + relation, JSON, "tx=rollback", row(word, word));
        }
    }

    private Outcome attempt(
            String mark, int changes, String method, String path, String type, String prefer, String body) {
        var outcome = outcome(method, path, type, prefer, body);
        journal.add(access.tenant(), mark, changes, outcome);
        return outcome;
    }

    private Outcome outcome(String method, String path, String type, String prefer, String body) {
        var request = HttpRequest.newBuilder(URI.create(base.get() + "/t/" + access.tenant() + path))
                .timeout(PATIENCE)
                .header("apikey", access.key())
                .header("Content-Type", type)
                .header("Prefer", prefer)
                .method(method, BodyPublishers.ofString(body))
                .build();
        try {
            return WriterJournal.outcome(
                    http.send(request, BodyHandlers.discarding()).statusCode());
        } catch (IOException _) {
            return Outcome.UNKNOWN;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Outcome.UNKNOWN;
        }
    }

    private static String row(String id, String word) {
        return "{\"id\": \"" + id + "\", \"word\": \"" + word + "\"}";
    }

    private static String row(String word) {
        return "{\"word\": \"" + word + "\"}";
    }
}
