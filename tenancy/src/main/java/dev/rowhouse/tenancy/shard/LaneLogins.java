package dev.rowhouse.tenancy.shard;

import dev.rowhouse.platform.postgres.LoginSource;
import dev.rowhouse.platform.secrets.LoginLeases;
import dev.rowhouse.tenancy.ShardName;

/** By which login each lane connects. Whatever it is, it is a member of the roles of the lane's own houses and of no others. */
public interface LaneLogins {

    /** @param lane counted from 1 */
    LoginSource of(ShardName shard, int lane);

    /** Returns the logins that are derived: each lane is a login role itself. */
    static LaneLogins derived(ShardLogins logins) {
        return (shard, lane) -> LoginSource.of(logins.lane(shard, lane));
    }

    /**
     * Returns the logins that Vault issues: each lane is a group that cannot log in. The role {@code <shard>-lane-<n>} of the
     * database engine makes members of it.
     */
    static LaneLogins leased(LoginLeases leases) {
        return (shard, lane) -> leases.of(shard + "-lane-" + lane);
    }
}
