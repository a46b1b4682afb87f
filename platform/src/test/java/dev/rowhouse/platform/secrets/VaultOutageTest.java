package dev.rowhouse.platform.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhouse.local.FreePort;
import dev.rowhouse.local.vault.VaultOperator;
import dev.rowhouse.local.vault.VaultStandIn;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** Vault sealed, away or lost in thought, and who we are to it. */
class VaultOutageTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final VaultStandIn standIn = VaultStandIn.start();
    private final VaultServer vault = as(new VaultAuthentication.Token(standIn.rootToken()));

    @BeforeEach
    void write() {
        vault.keyValues("secret").write("a", Map.of("a", "CANARY"), 0).block(PATIENCE);
    }

    @AfterEach
    void close() {
        vault.close();
        standIn.close();
    }

    @Test
    void aSealedVaultIsToldAndServesAgainOnceUnsealed() {
        standIn.seal();

        assertThatThrownBy(() -> read().block(PATIENCE))
                .isInstanceOf(SecretsError.Sealed.class)
                .hasMessageContaining("secret/data/a")
                .hasMessageContaining("unsealed");
        assertThat(vault.trouble()).isInstanceOf(SecretsError.Sealed.class);

        standIn.unseal();

        assertThat(readAtLast()).isEqualTo("CANARY");
        assertThat(vault.trouble()).isNull();
    }

    @Test
    void aVaultThatIsAwayIsSoonAskedNoMore() {
        standIn.hangUp();
        for (var asked = 0; asked < 6; asked++) {
            assertThatThrownBy(() -> read().block(PATIENCE)).isInstanceOf(SecretsError.Unavailable.class);
        }
        var before = standIn.calls();
        standIn.listenAgain();

        assertThatThrownBy(() -> read().block(PATIENCE)).hasMessageContaining("is asked again soon");
        assertThat(standIn.calls()).isEqualTo(before);
        assertThat(readAtLast()).isEqualTo("CANARY");
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 472, 473, 500, 502})
    void whatVaultCannotDoAtTheMomentIsTriedAgain(int status) {
        standIn.answerInstead(status);
        var before = standIn.calls();

        assertThatThrownBy(() -> read().block(PATIENCE))
                .isInstanceOf(SecretsError.Unavailable.class)
                .hasMessageContaining(Integer.toString(status));
        assertThat(standIn.calls() - before).isEqualTo(3);
    }

    @Test
    void aShardThatDoesNotLetVaultInIsNoTroubleOfVaults() {
        try (var operator = new VaultOperator(standIn.address(), standIn.rootToken())) {
            operator.write(
                    "database/config/lost",
                    Map.of(
                            "connection_url",
                            "postgresql://{{username}}:{{password}}@127.0.0.1:" + FreePort.any() + "/lost",
                            "username",
                            "issuer",
                            "password",
                            "issuer"));
            operator.write(
                    "database/roles/lost-lane-1",
                    Map.of("db_name", "lost", "creation_statements", List.of("SELECT 1")));
        }
        for (var asked = 0; asked < 12; asked++) {
            assertThatThrownBy(() ->
                            vault.database("database").issue("lost-lane-1").block(PATIENCE))
                    .isInstanceOf(SecretsError.Unavailable.class)
                    .hasMessageContaining("500");
        }

        assertThat(vault.trouble()).isNull();
        assertThat(read().block(PATIENCE)).isNotNull();
    }

    @Test
    void aTokenThatWasRevokedIsReplaced() throws Exception {
        var account = Files.writeString(folder.resolve("token"), "jwt-1");
        try (var operator = new VaultOperator(standIn.address(), standIn.rootToken());
                var pod = as(new VaultAuthentication.Kubernetes("kubernetes", "rowhouse", account))) {
            standIn.acceptServiceAccount("jwt-1");
            operator.write(
                    "sys/policies/acl/reader",
                    Map.of("policy", "path \"secret/data/*\" { capabilities = [\"read\"] }"));
            operator.write("auth/kubernetes/role/rowhouse", Map.of("token_policies", "reader"));
            assertThat(pod.keyValues("secret").read("a").block(PATIENCE).version())
                    .isEqualTo(1);

            standIn.revokeTokens();
            standIn.acceptServiceAccount("jwt-2");
            Files.writeString(account, "jwt-2");

            assertThat(pod.keyValues("secret").read("a").block(PATIENCE).version())
                    .isEqualTo(1);

            standIn.revokeTokens();
            standIn.acceptServiceAccount("another");

            assertThatThrownBy(() -> pod.keyValues("secret").read("a").block(PATIENCE))
                    .isInstanceOf(SecretsError.LoginRefused.class)
                    .hasMessageContaining("role 'rowhouse' must be bound")
                    .hasMessageNotContaining("jwt");
        }
    }

    @TempDir
    private Path folder;

    private Mono<String> read() {
        return vault.keyValues("secret").read("a").map(secret -> secret.values().get("a"));
    }

    private String readAtLast() {
        return read().retryWhen(Retry.fixedDelay(200, Duration.ofMillis(50))).block(PATIENCE);
    }

    private VaultServer as(VaultAuthentication authentication) {
        return new VaultServer(new VaultSettings(
                URI.create(standIn.address().toString()),
                authentication,
                null,
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                2));
    }
}
