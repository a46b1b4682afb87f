package dev.rowhouse.platform.messaging;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.local.vault.VaultOperator;
import dev.rowhouse.local.vault.VaultStandIn;
import dev.rowhouse.platform.database.Database;
import dev.rowhouse.platform.secrets.DataSeal;
import dev.rowhouse.platform.secrets.SecretsError;
import dev.rowhouse.platform.secrets.VaultAuthentication;
import dev.rowhouse.platform.secrets.VaultServer;
import dev.rowhouse.platform.secrets.VaultSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Dead letters whose values are sealed under data keys that Vault wraps. */
class SealedLettersTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LIFE = Duration.ofHours(1);
    private static final String DATABASE = "sealed_letters_" + System.nanoTime();
    private static final Path TABLES = Path.of("../tenancy/src/main/resources/db/control");
    private static final String CONSUMER = "counter";
    private static final String TOPIC = "rows";

    private static Database database;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-27T20:00:00Z"));
    private final InstantSource clock = now::get;
    private final List<String> handled = new CopyOnWriteArrayList<>();
    private final VaultStandIn standIn = VaultStandIn.start();
    private final VaultOperator operator = new VaultOperator(standIn.address(), standIn.rootToken());
    private final VaultServer vault =
            new VaultServer(VaultSettings.of(standIn.address(), new VaultAuthentication.Token(standIn.rootToken())));
    private final DeadLetters letters = letters();

    @BeforeAll
    static void createTables() throws IOException {
        var postgres = PostgresServer.shared();
        var endpoint = postgres.createDatabase(DATABASE);
        for (var script : List.of("V5__messaging.sql", "V10__sealed_letters.sql")) {
            postgres.execute(DATABASE, Files.readString(TABLES.resolve(script)));
        }
        database = Database.open(endpoint, postgres.superuser(), 4);
    }

    @AfterAll
    static void closeDatabase() {
        database.close();
    }

    @BeforeEach
    void makeKey() {
        PostgresServer.shared().execute(DATABASE, "TRUNCATE inbox, dead_letter");
        operator.write("transit/keys/rowhouse", Map.of("type", "aes256-gcm96"));
    }

    @AfterEach
    void close() {
        vault.close();
        operator.close();
        standIn.close();
    }

    @Test
    void whatIsSetAsideIsSealedAndItsReplayHandlesWhatCame() {
        park(letters, 1);

        var stored = stored();
        assertThat(new String(stored.value(), ISO_8859_1)).doesNotContain("CANARY");
        assertThat(stored.dataKey()).startsWith("vault:v1:");
        assertThat(new String(letters.find(stored.id()).block(PATIENCE).value(), UTF_8))
                .isEqualTo("CANARY 1");
        // Another process, which has yet to unwrap the key.
        var others = letters();
        others.register(subscription());
        assertThat(others.replay(stored.id()).block(PATIENCE)).isEqualTo(new DeadLetters.Replay(1, 0, null));
        assertThat(handled).containsExactly("CANARY 1");
    }

    @Test
    void aKeyThatGotANewVersionWrapsTheDataKeysAnew() {
        park(letters, 1);
        park(letters, 2);
        assertThat(letters.rewrap().block(PATIENCE)).isZero();

        operator.write("transit/keys/rowhouse/rotate", Map.of("a", "b"));

        assertThat(letters.rewrap().block(PATIENCE)).isEqualTo(2);
        assertThat(letters.rewrap().block(PATIENCE)).isZero();
        assertThat(stored().dataKey()).startsWith("vault:v2:");
        assertThat(new String(letters().find(stored().id()).block(PATIENCE).value(), UTF_8))
                .isEqualTo("CANARY 1");
    }

    @Test
    void whileVaultIsAwayAKnownKeyServesToItsEndAndThenNothingIsSetAside() {
        park(letters, 1);
        standIn.seal();

        now.updateAndGet(time -> time.plus(LIFE.minusSeconds(1)));
        park(letters, 2);
        assertThat(letters.find(stored().id()).block(PATIENCE)).isNotNull();

        now.updateAndGet(time -> time.plusSeconds(2));
        assertThatThrownBy(() -> park(letters, 3)).isInstanceOf(SecretsError.class);
        assertThatThrownBy(() -> letters.find(stored().id()).block(PATIENCE)).isInstanceOf(SecretsError.class);
        assertThat(letters.list(null, null, 10, 0).count().block(PATIENCE)).isEqualTo(2);

        standIn.unseal();
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> park(letters, 3));
        assertThat(letters.list(null, null, 10, 0).count().block(PATIENCE)).isEqualTo(3);
    }

    @Test
    void aValueThatWasMovedToAnotherLetterDoesNotOpen() {
        park(letters, 1);
        PostgresServer.shared().execute(DATABASE, "UPDATE dead_letter SET \"offset\" = 77");

        assertThatThrownBy(() -> letters.find(stored().id()).block(PATIENCE))
                .isInstanceOf(SecretsError.Unreadable.class)
                .hasMessageContaining("77")
                .hasMessageNotContaining("CANARY");
    }

    @Test
    void withoutAVaultValuesLieOpenAndSealedOnesAreNotTakenForThem() {
        park(letters, 1);
        var open = new DeadLetters(database);

        assertThatThrownBy(() -> open.find(stored().id()).block(PATIENCE))
                .isInstanceOf(SecretsError.Unreadable.class)
                .hasMessageContaining("no key of transit");

        PostgresServer.shared().execute(DATABASE, "TRUNCATE inbox, dead_letter");
        park(open, 2);
        assertThat(new String(stored().value(), UTF_8)).isEqualTo("CANARY 2");
        assertThat(letters.find(stored().id()).block(PATIENCE).value()).isEqualTo(stored().value());
    }

    private DeadLetters letters() {
        return new DeadLetters(database, new DataSeal(vault.transit("transit"), "rowhouse", LIFE, clock));
    }

    private DeadLetter stored() {
        return letters.list(null, null, 1, 0).blockFirst(PATIENCE);
    }

    private void park(DeadLetters into, int number) {
        var event = Events.plain(number, "CANARY " + number);
        var delivery = new Delivery(TOPIC, 0, number, null, CloudEvents.headers(event), event.data());
        new Inbox(database, into.rows(), subscription(), TOPIC)
                .park(delivery, new IllegalStateException("poison"), 5)
                .block(PATIENCE);
    }

    private Subscription subscription() {
        return new Subscription(
                CONSUMER,
                TOPIC,
                EventHandler.each(event -> Mono.fromRunnable(() -> handled.add(new String(event.data(), UTF_8)))));
    }
}
