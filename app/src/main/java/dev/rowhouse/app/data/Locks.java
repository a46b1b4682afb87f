package dev.rowhouse.app.data;

import dev.rowhouse.app.data.plan.ReadPlan;
import dev.rowhouse.app.data.query.Preferences;
import dev.rowhouse.app.data.sql.LockSql;
import dev.rowhouse.tenancy.shard.TenantDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Locale;
import reactor.core.publisher.Mono;

/** Locks what a read answers with until the transaction ends that it is part of; by itself a read locks nothing. */
final class Locks {

    private final TenantDatabase database;

    Locks(TenantDatabase database) {
        this.database = database;
    }

    Mono<Void> taken(DataRequest request, ReadPlan plan, Preferences preferences) {
        var lock = preferences.lock();
        if (lock == null || !database.isTransaction()) {
            return Mono.empty();
        }
        var wait = preferences.lockWait();
        var statement = LockSql.lock(
                plan, lock, !Duration.ZERO.equals(wait), request.house().schema());
        var applied = new ArrayList<>(preferences.applied());
        applied.removeIf(preference -> preference.startsWith("lock=") || preference.startsWith("wait="));
        applied.add("lock=" + lock.name().toLowerCase(Locale.ROOT).replace('_', ' '));
        if (wait != null) {
            applied.add("wait=" + wait.toSeconds());
        }
        request.apply(applied);
        return database.lock(request.house(), request.caller(), statement, wait);
    }
}
