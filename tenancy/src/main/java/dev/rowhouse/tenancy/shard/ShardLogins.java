package dev.rowhouse.tenancy.shard;

import dev.rowhouse.platform.postgres.PostgresLogin;
import dev.rowhouse.tenancy.RoleName;
import dev.rowhouse.tenancy.ShardName;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The login roles of a shard and their passwords, which are derived (HMAC-SHA-256) from one secret of the installation and
 * stored nowhere.
 *
 * <ul>
 *   <li>{@code rowhouse_lane_<n>} serves requests: owns nothing, inherits nothing, member of the roles of its houses; where
 *       {@link LaneLogins#leased} logins are used it is their group and cannot log in;
 *   <li>{@code rowhouse_journal_reader} reads the journal and moves the registry of its readers;
 *   <li>{@code rowhouse_registrar} creates provisioners and nothing else;
 *   <li>{@code rowhouse_provisioner_<n>} creates some hundred houses with their roles, member of no lane; then the next one
 *       takes over, because a role that creates roles becomes ADMIN member of each and pays for it with every statement;
 *   <li>{@code rowhouse_builder_<n>} runs blueprints: reaches only the house it is building.
 * </ul>
 */
public final class ShardLogins {

    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec secret;

    /** @param secret of the installation, at least 32 characters */
    public ShardLogins(String secret) {
        if (secret.length() < 32) {
            throw new IllegalArgumentException(
                    "the installation's secret has " + secret.length() + " characters (expected: 32 or more)");
        }
        this.secret = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    public PostgresLogin lane(ShardName shard, int lane) {
        return login(shard, laneRole(lane));
    }

    public PostgresLogin journalReader(ShardName shard) {
        return login(shard, new RoleName("rowhouse_journal_reader"));
    }

    public PostgresLogin registrar(ShardName shard) {
        return login(shard, registrarRole());
    }

    public PostgresLogin provisioner(ShardName shard, int provisioner) {
        return login(shard, provisionerRole(provisioner));
    }

    public PostgresLogin builder(ShardName shard, int builder) {
        return login(shard, builderRole(builder));
    }

    public static RoleName laneRole(int lane) {
        return new RoleName("rowhouse_lane_" + lane);
    }

    public static RoleName registrarRole() {
        return new RoleName("rowhouse_registrar");
    }

    public static RoleName provisionerRole(int provisioner) {
        return new RoleName("rowhouse_provisioner_" + provisioner);
    }

    public static RoleName builderRole(int builder) {
        return new RoleName("rowhouse_builder_" + builder);
    }

    private PostgresLogin login(ShardName shard, RoleName role) {
        return new PostgresLogin(role.value(), password(shard + "/" + role));
    }

    private String password(String purpose) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(secret);
            return HexFormat.of().formatHex(mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }
}
