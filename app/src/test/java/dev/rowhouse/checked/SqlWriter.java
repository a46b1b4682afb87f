package dev.rowhouse.checked;

import dev.rowhouse.checked.Write.Outcome;
import dev.rowhouse.platform.postgres.AdministrativeSession;
import dev.rowhouse.platform.postgres.PostgresFailure;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Random;

/** Writes at random by SQL, in transactions of which some take their time and some are rolled back. */
final class SqlWriter implements AutoCloseable {

    private static final int MOST_ROWS = 3;
    private static final int LONGEST_MILLIS = 60;

    private final CheckedHouse house;
    private final WriterJournal journal;
    private final Random random;
    private final Words words;
    private final AdministrativeSession session;
    private final ArrayDeque<Map.Entry<RowName, String>> own = new ArrayDeque<>();

    SqlWriter(String name, long seed, CheckedHouse house, WriterJournal journal) {
        this.house = house;
        this.journal = journal;
        this.random = new Random(seed);
        this.words = new Words(name, random);
        this.session = house.service();
    }

    void write() {
        switch (random.nextInt(4)) {
            case 0 -> insertOwn();
            case 1 -> deleteOwn();
            default -> upsertShared();
        }
    }

    private void upsertShared() {
        var rows = words.shared(house.tenant(), MOST_ROWS);
        var word = words.next();
        attempt(
                word,
                rows.size(),
                () -> rows.forEach(row -> session.execute("INSERT INTO " + row.relation()
                        + " (id, word) VALUES ('" + row.key() + "', '" + word
                        + "') ON CONFLICT (id) DO UPDATE SET word = excluded.word")));
    }

    private void insertOwn() {
        var word = words.next();
        var row = new RowName(house.tenant(), words.relation(), word);
        var outcome = attempt(
                word,
                1,
                () -> session.execute(
                        "INSERT INTO " + row.relation() + " (id, word) VALUES ('" + row.key() + "', '" + word + "')"));
        if (outcome == Outcome.DONE) {
            own.add(Map.entry(row, word));
        }
    }

    private void deleteOwn() {
        var oldest = own.poll();
        if (oldest != null) {
            var row = oldest.getKey();
            attempt(
                    Write.removal(oldest.getValue()),
                    1,
                    () -> session.execute("DELETE FROM " + row.relation() + " WHERE id = '" + row.key() + "'"));
        }
    }

    private Outcome attempt(String mark, int changes, Runnable statements) {
        var outcome = outcome(statements);
        journal.add(house.tenant(), mark, changes, outcome);
        return outcome;
    }

    private Outcome outcome(Runnable statements) {
        session.execute("BEGIN");
        try {
            statements.run();
            if (random.nextInt(5) == 0) {
                session.execute("SELECT pg_sleep(" + random.nextInt(LONGEST_MILLIS) / 1_000.0 + ")");
            }
        } catch (PostgresFailure _) {
            session.execute("ROLLBACK");
            return Outcome.REFUSED;
        }
        if (random.nextInt(5) == 0) {
            session.execute("ROLLBACK");
            return Outcome.REFUSED;
        }
        session.execute("COMMIT");
        return Outcome.DONE;
    }

    @Override
    public void close() {
        session.close();
    }
}
