package dev.rowhouse.app.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.app.data.limits.Plan;
import dev.rowhouse.app.data.sample.Sample;
import dev.rowhouse.tenancy.BlueprintVersion;
import dev.rowhouse.tenancy.Caller;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.TenantId;
import dev.rowhouse.tenancy.catalog.Catalog;
import dev.rowhouse.tenancy.directory.Resident;
import dev.rowhouse.tenancy.directory.Tenant;
import dev.rowhouse.tenancy.directory.TenantState;
import dev.rowhouse.tenancy.shard.ShardError;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A request that was planned with a catalog which may have become old meanwhile. */
class ReplanningTest {

    private static final Catalog OLD = new Catalog(Map.of("thing", Sample.THING), Map.of());

    private record Living(Tenant tenant, Catalog catalog) implements Resident {

        @Override
        public int version() {
            return 1;
        }

        @Override
        public CallerClass callerOf(String apiKey) {
            return CallerClass.SERVICE;
        }
    }

    private final Tenant tenant = tenant();
    private final List<Catalog> plannedWith = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(strings = {"42703", "42P01", "0A000"})
    void aNewerCatalogIsTriedOnce(String sqlState) {
        new Replanning(_ -> Mono.just(new Living(tenant, Sample.CATALOG)))
                .of(request(), request -> work(request, refused(sqlState), OLD))
                .as(StepVerifier::create)
                .verifyComplete();
        assertThat(plannedWith).containsExactly(OLD, Sample.CATALOG);
    }

    @Test
    void whatANewerCatalogDoesNotCureIsTheAnswer() {
        new Replanning(_ -> Mono.just(new Living(tenant, Sample.CATALOG)))
                .of(request(), request -> work(request, refused("42703"), OLD, Sample.CATALOG))
                .as(StepVerifier::create)
                .verifyError(ShardError.Refused.class);
        assertThat(plannedWith).containsExactly(OLD, Sample.CATALOG);
    }

    @Test
    void withoutANewerCatalogTheRefusalStands() {
        new Replanning(_ -> Mono.just(new Living(tenant, OLD)))
                .of(request(), request -> work(request, refused("42703"), OLD))
                .as(StepVerifier::create)
                .verifyError(ShardError.Refused.class);
        new Replanning(_ -> Mono.just(new Living(tenant(), Sample.CATALOG)))
                .of(request(), request -> work(request, refused("42703"), OLD))
                .as(StepVerifier::create)
                .verifyError(ShardError.Refused.class);
        assertThat(plannedWith).containsExactly(OLD, OLD);
    }

    @Test
    void anotherRefusalIsNoMatterOfCatalogs() {
        new Replanning(_ -> Mono.error(new AssertionError("nobody is asked")))
                .of(request(), request -> work(request, refused("22P02"), OLD))
                .as(StepVerifier::create)
                .verifyError(ShardError.Refused.class);
    }

    @Test
    void anAnswerThatHasBegunGoesOn() {
        var request = request();
        new Replanning(_ -> Mono.error(new AssertionError("nobody is asked")))
                .of(request, again -> again.response().setComplete().then(work(again, refused("42703"), OLD)))
                .as(StepVerifier::create)
                .verifyError(ShardError.Refused.class);
    }

    private Mono<Void> work(DataRequest request, ShardError failure, Catalog... failing) {
        plannedWith.add(request.catalog());
        return List.of(failing).contains(request.catalog()) ? Mono.error(failure) : Mono.empty();
    }

    private DataRequest request() {
        var exchange = MockServerWebExchange.from(
                MockServerHttpRequest.get("/t/acme/rest/v1/thing").build());
        var admitted =
                new Admitted(new Living(tenant, OLD), Caller.ofKey(CallerClass.SERVICE), Plan.STANDARD, "standard");
        return new DataRequest(exchange, admitted, "thing", null);
    }

    private static Tenant tenant() {
        return new Tenant(
                new TenantId(UUID.randomUUID()),
                new Slug("acme"),
                "Acme",
                TenantState.ACTIVE,
                "standard",
                null,
                new BlueprintVersion("shop", 1),
                null,
                null,
                Map.of(),
                Set.of(),
                Map.of(),
                null,
                Instant.EPOCH,
                null);
    }

    private static ShardError.Refused refused(String sqlState) {
        return new ShardError.Refused(sqlState, "unknown", null, null, null, null, null, null, null);
    }
}
