package dev.rowhouse.tenancy.house;

import static dev.rowhouse.platform.postgres.Quoting.identifier;

import dev.rowhouse.platform.postgres.AdministrativeSession;
import dev.rowhouse.tenancy.shard.ShardDefinition;
import dev.rowhouse.tenancy.shard.ShardLogins;
import java.util.stream.IntStream;

/**
 * The role by which Vault makes and drops the lanes' logins. It may hand out membership of a lane, may not use one itself, and
 * cannot log in until the operator gives it a password that the product never knows.
 */
final class LaneIssuer {

    private static final String ROLE = "rowhouse_vault";

    private LaneIssuer() {}

    /** Running it again changes nothing. */
    static void install(AdministrativeSession database, ShardDefinition shard) {
        ShardPreparation.role(database, ROLE, "NOLOGIN CREATEROLE");
        var name = identifier(shard.endpoint().database());
        database.execute("GRANT CONNECT ON DATABASE " + name + " TO " + ROLE + " WITH GRANT OPTION");
        // Nobody but a superuser may give a login a limit of its temporary files; and connections end with their login.
        database.execute("GRANT SET ON PARAMETER temp_file_limit TO " + ROLE + "; GRANT pg_signal_backend TO " + ROLE);
        IntStream.rangeClosed(1, shard.lanes())
                .forEach(lane ->
                        database.execute("GRANT " + ShardLogins.laneRole(lane).quoted() + " TO " + ROLE
                                + " WITH ADMIN TRUE, INHERIT FALSE, SET FALSE"));
    }
}
