package dev.rowhouse.tenancy.house;

import dev.rowhouse.platform.postgres.AdministrativeSession;
import dev.rowhouse.platform.postgres.PostgresEndpoint;
import dev.rowhouse.platform.postgres.PostgresFailure;
import dev.rowhouse.platform.postgres.PostgresLogin;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Sessions with one shard, kept for the next use: at most one idle session per login. */
final class Sessions implements AutoCloseable {

    private final PostgresEndpoint endpoint;
    private final Map<String, Queue<AdministrativeSession>> idle = new ConcurrentHashMap<>();
    private volatile boolean closed;

    Sessions(PostgresEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** Lends a session of {@code login} to {@code work}; nothing of earlier work is left in it, locks included. */
    <T> T with(PostgresLogin login, Function<AdministrativeSession, T> work) {
        var session = fresh(login);
        T result;
        try {
            result = work.apply(session);
        } catch (RuntimeException | Error e) {
            closeQuietly(session);
            throw e;
        }
        keep(login, session);
        return result;
    }

    private AdministrativeSession fresh(PostgresLogin login) {
        var kept = idle(login).poll();
        return kept != null && isReset(kept) ? kept : AdministrativeSession.open(endpoint, login);
    }

    private void keep(PostgresLogin login, AdministrativeSession session) {
        var queue = idle(login);
        if (closed || !queue.isEmpty() || !isReset(session)) {
            closeQuietly(session);
            return;
        }
        queue.add(session);
    }

    private static boolean isReset(AdministrativeSession session) {
        try {
            session.execute("DISCARD ALL");
            return true;
        } catch (PostgresFailure e) {
            closeQuietly(session);
            return false;
        }
    }

    private Queue<AdministrativeSession> idle(PostgresLogin login) {
        return idle.computeIfAbsent(login.user(), _ -> new ConcurrentLinkedQueue<>());
    }

    private static void closeQuietly(@Nullable AdministrativeSession session) {
        try {
            if (session != null) {
                session.close();
            }
        } catch (PostgresFailure _) {
            // It is gone already.
        }
    }

    @Override
    public void close() {
        closed = true;
        idle.values().forEach(queue -> {
            for (var session = queue.poll(); session != null; session = queue.poll()) {
                closeQuietly(session);
            }
        });
    }
}
