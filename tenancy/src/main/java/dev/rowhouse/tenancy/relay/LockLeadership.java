package dev.rowhouse.tenancy.relay;

import dev.rowhouse.platform.database.SessionLock;
import dev.rowhouse.platform.postgres.PostgresEndpoint;
import dev.rowhouse.tenancy.shard.ShardDefinition;
import dev.rowhouse.tenancy.shard.ShardLogins;
import reactor.core.publisher.Mono;

/** Leads who holds a lock on the shard's server. */
public final class LockLeadership implements Leadership {

    // A lock belongs to a database. In the shard's own, a tenant's function could take it.
    private static final String DATABASE = "postgres";

    private final ShardLogins logins;

    public LockLeadership(ShardLogins logins) {
        this.logins = logins;
    }

    @Override
    public Mono<Void> whileLeading(ShardDefinition shard, Mono<Void> term) {
        var server =
                new PostgresEndpoint(shard.endpoint().host(), shard.endpoint().port(), DATABASE);
        var name = "relay of " + shard.endpoint().database();
        return SessionLock.of(server, logins.journalReader(shard.name()), name).whileHeld(term);
    }
}
