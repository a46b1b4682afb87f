package dev.rowhouse.tenancy.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.tenancy.Actor;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.onboarding.InMemoryShards;
import dev.rowhouse.tenancy.onboarding.Installation;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TenantsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Actor ADA = new Actor("operator:ada");
    private static final Slug ACME = new Slug("acme");

    private final Installation installation = Installation.withShards(InMemoryShards.shard("eu-1", "eu", 1));

    @BeforeEach
    void onboard() {
        installation.houses.failure.set(new IllegalStateException("cannot be built"));
        installation.end(installation.accept("acme").operation().id());
        installation.houses.failure.set(null);
        for (var slug : List.of("globex", "initech", "acme")) {
            installation.end(installation.accept(slug).operation().id());
        }
    }

    @AfterEach
    void close() {
        installation.close();
    }

    @Test
    void aSlugNamesTheLivingTenant() {
        assertThat(find().state()).isEqualTo(TenantState.ACTIVE);
        assertThat(installation.ask("SELECT count(*) FROM tenant WHERE slug = 'acme'"))
                .isEqualTo("2");
        assertThat(installation.tenants.find(new Slug("hooli")).blockOptional(PATIENCE))
                .isEmpty();
    }

    @Test
    void pagesGoBySlugAndNameEachSlugOnce() {
        assertThat(list(null, null, 2, null)).containsExactly("acme", "globex");
        assertThat(list(null, null, 2, "globex")).containsExactly("initech");
    }

    @Test
    void filtersNarrow() {
        assertThat(list(TenantState.ACTIVE, null, 9, null)).hasSize(3);
        assertThat(list(TenantState.FAILED, null, 9, null)).isEmpty();
        assertThat(list(null, "GLOB", 9, null)).containsExactly("globex");
        assertThat(list(null, "%", 9, null)).isEmpty();
    }

    @Test
    void aChangeMergesAndIsAnEvent() {
        var labels = new HashMap<String, @Nullable String>(Map.of("tier", "gold", "crm", "7"));
        change(new TenantChange(null, null, labels));
        labels.put("tier", null);
        change(new TenantChange("Acme & Sons", "pro", labels));

        assertThat(find().name()).isEqualTo("Acme & Sons");
        assertThat(find().plan()).isEqualTo("pro");
        assertThat(find().labels()).isEqualTo(Map.of("crm", "7"));
        assertThat(installation
                        .residents
                        .find(ACME)
                        .blockOptional(PATIENCE)
                        .orElseThrow()
                        .tenant())
                .isEqualTo(find());
        var last = installation
                .tenants
                .history(ACME)
                .collectList()
                .blockOptional(PATIENCE)
                .orElseThrow()
                .getLast();
        assertThat(last.type()).isEqualTo("tenant.changed");
        assertThat(last.actor()).isEqualTo(ADA);
        assertThat(last.data()).containsEntry("name", "Acme & Sons").containsEntry("plan", "pro");
    }

    @Test
    void aChangeThatChangesNothingIsNoEvent() {
        var before = installation.ask("SELECT count(*) FROM tenant_event");

        change(new TenantChange(find().name(), null, Map.of()));
        change(new TenantChange(null, null, null));

        assertThat(installation.ask("SELECT count(*) FROM tenant_event")).isEqualTo(before);
    }

    private Tenant find() {
        return installation.tenants.find(ACME).blockOptional(PATIENCE).orElseThrow();
    }

    private void change(TenantChange change) {
        installation.tenants.change(ACME, change, ADA).block(PATIENCE);
    }

    private List<String> list(@Nullable TenantState state, @Nullable String text, int limit, @Nullable String after) {
        return installation
                .tenants
                .list(new TenantQuery(state, null, null, null, text, limit, after))
                .map(tenant -> tenant.slug().value())
                .collectList()
                .blockOptional(PATIENCE)
                .orElseThrow();
    }
}
