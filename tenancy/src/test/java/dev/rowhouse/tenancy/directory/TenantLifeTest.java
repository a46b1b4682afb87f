package dev.rowhouse.tenancy.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

import dev.rowhouse.local.PostgresServer;
import dev.rowhouse.platform.crypto.UuidV7;
import dev.rowhouse.platform.database.Database;
import dev.rowhouse.tenancy.Actor;
import dev.rowhouse.tenancy.BlueprintVersion;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.TenantId;
import dev.rowhouse.tenancy.onboarding.Installation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

/** Lives drawn at random: whatever is tried, only the transitions of the contract happen, and events tell them all. */
class TenantLifeTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Actor ACTOR = new Actor("operator:ada");

    /** The contract, written down a second time on purpose. */
    private static final Map<TenantState, List<TenantState>> NEXT = Map.of(
            TenantState.PROVISIONING, List.of(TenantState.ACTIVE, TenantState.FAILED),
            TenantState.ACTIVE, List.of(TenantState.SUSPENDED),
            TenantState.SUSPENDED, List.of(TenantState.ACTIVE, TenantState.OFFBOARDING),
            TenantState.OFFBOARDING, List.of(TenantState.ARCHIVED),
            TenantState.ARCHIVED, List.of(TenantState.ERASED),
            TenantState.ERASED, List.of(),
            TenantState.FAILED, List.of());

    private static final Database DATABASE = Database.open(
            Installation.emptyControlDatabase(), PostgresServer.shared().superuser(), 2);

    private final TenantLife life = new TenantLife(DATABASE);

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    static Stream<List<Transition>> lives() {
        var random = new Random(5);
        var transitions = Transition.values();
        return Stream.generate(() -> random.ints(random.nextInt(13), 0, transitions.length)
                        .mapToObj(index -> transitions[index])
                        .toList())
                .limit(60);
    }

    @ParameterizedTest
    @MethodSource("lives")
    void onlyTheContractsTransitionsHappen(List<Transition> tried) {
        var tenant = begin();
        var expected = TenantState.PROVISIONING;
        var events = 1;
        for (var transition : tried) {
            var allowed =
                    NEXT.getOrDefault(expected, List.of()).contains(transition.to()) && transition.from() == expected;
            assertThat(passes(tenant, transition)).isEqualTo(allowed);
            expected = allowed ? transition.to() : expected;
            events += allowed ? 1 : 0;
        }

        assertThat(ask("SELECT state FROM tenant WHERE id = '" + tenant + "'")).isEqualTo(expected.label());
        assertThat(ask("SELECT count(*) || ' ' || max(sequence) FROM tenant_event WHERE tenant = '" + tenant + "'"))
                .isEqualTo(events + " " + events);
        assertThat(toldState(tenant)).isEqualTo(expected);
    }

    @Test
    void eventsNeverChange() {
        var tenant = begin();

        for (var attack :
                List.of("UPDATE tenant_event SET type = 'x'", "DELETE FROM tenant_event", "TRUNCATE tenant_event")) {
            assertThatException()
                    .isThrownBy(() -> DATABASE.client().sql(attack).then().block(PATIENCE));
        }
        assertThat(ask("SELECT type FROM tenant_event WHERE tenant = '" + tenant + "'"))
                .isEqualTo("tenant.ordered");
    }

    private TenantId begin() {
        var id = new TenantId(UuidV7.next());
        var slug = new Slug("t" + id.toString().replace("-", "").substring(0, 32));
        var beginning =
                new TenantLife.Beginning(id, slug, "A", "free", null, new BlueprintVersion("music", 1), Map.of());
        life.begin(beginning, TenantKeys.random(), ACTOR).block(PATIENCE);
        return id;
    }

    private boolean passes(TenantId tenant, Transition transition) {
        return life.pass(tenant, transition, ACTOR, "because", Map.of())
                .thenReturn(true)
                .onErrorResume(DirectoryError.WrongState.class, _ -> Mono.just(false))
                .blockOptional(PATIENCE)
                .orElseThrow();
    }

    /** Returns the state that the events alone tell. */
    private static TenantState toldState(TenantId tenant) {
        return DATABASE.client()
                .sql("SELECT type FROM tenant_event WHERE tenant = :tenant ORDER BY sequence")
                .bind("tenant", tenant.value())
                .map(row -> TenantRows.required(row, "type", String.class))
                .all()
                .reduce(
                        TenantState.PROVISIONING,
                        (state, event) ->
                                Transition.of(event).map(Transition::to).orElse(state))
                .blockOptional(PATIENCE)
                .orElseThrow();
    }

    private static String ask(String sql) {
        return DATABASE.client()
                .sql("SELECT (" + sql + ")::text AS answer")
                .map(row -> TenantRows.required(row, "answer", String.class))
                .one()
                .blockOptional(PATIENCE)
                .orElseThrow();
    }
}
