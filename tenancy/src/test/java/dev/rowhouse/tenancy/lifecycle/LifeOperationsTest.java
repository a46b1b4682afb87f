package dev.rowhouse.tenancy.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.rowhouse.tenancy.Actor;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.directory.DirectoryError;
import dev.rowhouse.tenancy.directory.Resident;
import dev.rowhouse.tenancy.directory.TenantEvent;
import dev.rowhouse.tenancy.directory.TenantState;
import dev.rowhouse.tenancy.lifecycle.LifeOperations.Started;
import dev.rowhouse.tenancy.lifecycle.LifeOperations.Type;
import dev.rowhouse.tenancy.onboarding.InMemoryShards;
import dev.rowhouse.tenancy.onboarding.Installation;
import dev.rowhouse.tenancy.operation.Operation;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What operators do to a tenant that lives. */
class LifeOperationsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Slug ACME = new Slug("acme");
    private static final Actor ADA = new Actor("operator:ada");

    private final Installation installation = Installation.withShards(InMemoryShards.shard("eu-1", "eu", 1));
    private String secret = "";

    @BeforeEach
    void onboard() {
        var accepted = installation.accept("acme");
        secret = Objects.requireNonNull(accepted.keys()).secret();
        installation.end(accepted.operation().id());
    }

    @AfterEach
    void close() {
        installation.close();
    }

    @Test
    void aSuspendedTenantIsResumedAndItsHistorySaysWhy() {
        var suspended = start(Type.SUSPEND, "unpaid");
        assertThat(suspended.operation().state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(resident().tenant().state()).isEqualTo(TenantState.SUSPENDED);

        start(Type.RESUME, "paid");

        assertThat(resident().tenant().state()).isEqualTo(TenantState.ACTIVE);
        assertThat(installation.tenants.history(ACME).collectList().block(PATIENCE))
                .extracting(TenantEvent::type, TenantEvent::reason)
                .contains(
                        org.assertj.core.groups.Tuple.tuple("tenant.suspended", "unpaid"),
                        org.assertj.core.groups.Tuple.tuple("tenant.resumed", "paid"));
        assertThat(installation.operations.find(suspended.operation().id()).blockOptional(PATIENCE))
                .hasValueSatisfying(stored -> assertThat(stored.percent()).isEqualTo(100));
    }

    @Test
    void whatTheStateDoesNotAllowIsRefusedAndLeavesNoOperation() {
        assertThatExceptionOfType(DirectoryError.WrongState.class)
                .isThrownBy(() -> start(Type.RESUME, null))
                .withMessage("tenant 'acme' is active (expected: suspended)");
        assertThat(installation.ask("SELECT count(*) FROM operation WHERE type = 'resume'"))
                .isEqualTo("0");
    }

    @Test
    void newKeysReplaceTheOldAtOnce() {
        var keys = Objects.requireNonNull(start(Type.ROTATE_KEYS, null).keys());

        assertThat(resident().callerOf(secret)).isNull();
        assertThat(resident().callerOf(keys.secret())).isEqualTo(CallerClass.SERVICE);
        assertThat(resident().callerOf(keys.publishable())).isEqualTo(CallerClass.ANON);
    }

    @Test
    void noKeyIsStoredInClear() {
        assertThat(installation.ask("SELECT string_agg(k::text, ' ') FROM api_key k"))
                .doesNotContain(secret);
        assertThat(installation.ask("SELECT string_agg(e::text, ' ') FROM tenant_event e"))
                .doesNotContain("rh_sec_");
        assertThat(installation.ask("SELECT string_agg(o::text, ' ') FROM operation o"))
                .doesNotContain("rh_sec_");
    }

    private Started start(Type type, @org.jspecify.annotations.Nullable String reason) {
        return installation
                .lifeOperations
                .start(ACME, type, reason, ADA)
                .blockOptional(PATIENCE)
                .orElseThrow();
    }

    private Resident resident() {
        return installation.residents.find(ACME).blockOptional(PATIENCE).orElseThrow();
    }
}
