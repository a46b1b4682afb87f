package dev.rowhouse.platform.secrets;

import dev.rowhouse.platform.postgres.PostgresLogin;
import java.time.Duration;
import java.util.Map;
import reactor.core.publisher.Mono;

/** A database engine of Vault: logins that are made when asked for and dropped with their lease. */
public final class VaultDatabase {

    private static final String RENEW = "sys/leases/renew";
    private static final String REVOKE = "sys/leases/revoke";

    private final VaultServer vault;
    private final String mount;

    VaultDatabase(VaultServer vault, String mount) {
        this.vault = vault;
        this.mount = mount;
    }

    /** Lets Vault make a login of the role. A second try may make a second one, which ends with its own lease. */
    public Mono<IssuedLogin> issue(String role) {
        var path = mount + "/creds/" + role;
        return vault.ask(VaultRequest.read(path).withPassingOn()).map(answer -> {
            var data = VaultAnswers.object(path, answer, "data");
            return new IssuedLogin(
                    new PostgresLogin(
                            VaultAnswers.text(path, data, "username"), VaultAnswers.text(path, data, "password")),
                    VaultAnswers.text(path, answer, "lease_id"),
                    Duration.ofSeconds(VaultAnswers.number(path, answer, "lease_duration")),
                    VaultAnswers.flag(answer, "renewable"));
        });
    }

    /** Prolongs the login and emits how long it lasts from now on: less than was asked for near its longest life. */
    public Mono<Duration> renew(String lease, Duration wanted) {
        return vault.ask(VaultRequest.write(RENEW, Map.of("lease_id", lease, "increment", wanted.toSeconds()))
                        .withPassingOn())
                .map(answer -> Duration.ofSeconds(VaultAnswers.number(RENEW, answer, "lease_duration")));
    }

    /** Ends the login at once. */
    public Mono<Void> revoke(String lease) {
        return vault.ask(VaultRequest.write(REVOKE, Map.of("lease_id", lease)).withPassingOn())
                .then();
    }
}
