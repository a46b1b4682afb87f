package dev.rowhouse.checked;

import dev.rowhouse.checked.Write.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/** Writers of every kind in every house, at work until they are stopped. */
final class Writers {

    private static final int CLIENTS = 2;
    // Leaves the machine to those who have to come back.
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final List<String> SHARED = List.of("s1", "s2");

    private final WriterJournal journal = new WriterJournal();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<CompletableFuture<Void>> running = new ArrayList<>();
    private volatile boolean stopped;

    /** @param seed of what they write; how it meets is chance */
    Writers(CheckedProduct product, long seed) {
        var houses = product.houses();
        houses.forEach(this::writeShared);
        for (var n = 0; n < houses.size(); n++) {
            var house = houses.get(n);
            var access = product.tenants().get(n);
            for (var client = 0; client < CLIENTS; client++) {
                var name = house.tenant() + "-http" + client;
                var writer = new ApiWriter(name, seed + 31L * n + client, access, product::base, journal);
                repeat(writer::write);
            }
            var sql = new SqlWriter(house.tenant() + "-sql", seed + 31L * n + CLIENTS, house, journal);
            repeat(sql::write);
        }
    }

    // What is changed by many has to be there.
    private void writeShared(CheckedHouse house) {
        var word = house.tenant() + "-first";
        try (var session = house.service()) {
            session.execute("BEGIN");
            for (var key : SHARED) {
                session.execute("INSERT INTO counted (id, word) VALUES ('" + key + "', '" + word + "')");
                session.execute("INSERT INTO plain (id, word) VALUES ('" + key + "', '" + word + "')");
            }
            session.execute("COMMIT");
        }
        journal.add(house.tenant(), word, 2 * SHARED.size(), Outcome.DONE);
    }

    private void repeat(Runnable write) {
        running.add(CompletableFuture.runAsync(
                () -> {
                    while (!stopped) {
                        write.run();
                        LockSupport.parkNanos(PAUSE.toNanos());
                    }
                },
                threads));
    }

    /** Lets each end what it is at. */
    void stop() {
        stopped = true;
        running.forEach(CompletableFuture::join);
        threads.close();
    }

    WriterJournal journal() {
        return journal;
    }
}
