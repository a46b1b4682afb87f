package dev.rowhouse.app.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.rowhouse.app.admin.Views.EventView;
import dev.rowhouse.app.admin.Views.KeysView;
import dev.rowhouse.app.admin.Views.TenantView;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.directory.Quota;
import dev.rowhouse.tenancy.directory.Tenant;
import dev.rowhouse.tenancy.directory.TenantChange;
import dev.rowhouse.tenancy.directory.TenantChange.TrustChange;
import dev.rowhouse.tenancy.directory.TenantQuery;
import dev.rowhouse.tenancy.directory.TenantState;
import dev.rowhouse.tenancy.directory.Tenants;
import dev.rowhouse.tenancy.onboarding.NewTenant;
import dev.rowhouse.tenancy.onboarding.Onboarding;
import dev.rowhouse.tenancy.operation.Operation;
import dev.rowhouse.tenancy.operation.Operations;
import dev.rowhouse.tenancy.usage.TenantUsage;
import dev.rowhouse.tenancy.usage.Usage;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** The fleet and its members. */
public final class TenantHandlers {

    private static final List<String> ORDER = List.of("slug", "name", "plan", "blueprint", "region", "shard", "labels");
    private static final List<String> CHANGE = List.of("name", "plan", "labels", "quotas", "jwks", "jwt");
    private static final List<String> EXPECTED = List.of("issuer", "audience");
    private static final String QUOTAS =
            Arrays.stream(Quota.values()).map(Quota::label).collect(Collectors.joining(", "));
    private static final int MAX_NAME = 200;

    /** A tenant as the answer to its order shows it, the only one with keys. */
    record OrderedView(
            @JsonUnwrapped TenantView tenant,

            @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable
            KeysView keys) {}

    private final Tenants tenants;
    private final Onboarding onboarding;
    private final Operations operations;
    private final Usage usage;
    private final BaseUrls baseUrls;

    public TenantHandlers(
            Tenants tenants, Onboarding onboarding, Operations operations, Usage usage, BaseUrls baseUrls) {
        this.tenants = tenants;
        this.onboarding = onboarding;
        this.operations = operations;
        this.usage = usage;
        this.baseUrls = baseUrls;
    }

    Mono<ServerResponse> list(ServerRequest request, Operator operator) {
        var limit = Requests.limit(request);
        var query = new TenantQuery(
                Requests.parameter(request, "state", TenantState::of),
                Requests.parameter(request, "shard"),
                Requests.parameter(request, "plan"),
                Requests.parameter(request, "blueprint"),
                Requests.parameter(request, "q"),
                limit + 1,
                Requests.after(request));
        return tenants.list(query)
                .collectList()
                .map(found ->
                        Requests.page(found, limit, tenant -> tenant.slug().value()))
                .flatMap(this::views)
                .flatMap(page -> ServerResponse.ok().bodyValue(page));
    }

    Mono<ServerResponse> get(ServerRequest request, Operator operator) {
        var slug = Requests.slug(request);
        return tenants.find(slug)
                .switchIfEmpty(unknown(slug))
                .flatMap(this::view)
                .flatMap(view -> ServerResponse.ok().bodyValue(view));
    }

    Mono<ServerResponse> history(ServerRequest request, Operator operator) {
        var slug = Requests.slug(request);
        return tenants.history(slug)
                .map(EventView::of)
                .collectList()
                .filter(events -> !events.isEmpty())
                .switchIfEmpty(unknown(slug))
                .flatMap(events -> ServerResponse.ok().bodyValue(new Requests.Page<>(events, null)));
    }

    Mono<ServerResponse> change(ServerRequest request, Operator operator) {
        var slug = Requests.slug(request);
        return Requests.json(request)
                .map(TenantHandlers::changeOf)
                .flatMap(change -> tenants.change(slug, change, operator.actor()))
                .switchIfEmpty(unknown(slug))
                .flatMap(this::view)
                .flatMap(view -> ServerResponse.ok().bodyValue(view));
    }

    Mono<ServerResponse> onboard(ServerRequest request, Operator operator) {
        var idempotencyKey = Requests.idempotencyKey(request);
        var wait = Requests.wait(request);
        return Requests.json(request)
                .map(TenantHandlers::orderOf)
                .flatMap(order -> onboarding.accept(order, idempotencyKey, operator.actor()))
                .flatMap(accepted -> settled(accepted.operation(), wait)
                        .flatMap(
                                operation -> found(operation, wait).flatMap(tenant -> answer(tenant, accepted, wait))));
    }

    // Who is told that the tenant is active sends its first request at once.
    private Mono<Tenant> found(Operation operation, @Nullable Duration wait) {
        return wait == null ? tenants.find(operation.slug()) : tenants.findForAll(operation.slug());
    }

    // The operation as it stands when the client's patience ends, or it does.
    private Mono<Operation> settled(Operation operation, @Nullable Duration wait) {
        if (wait == null || operation.state().isFinal()) {
            return Mono.just(operation);
        }
        return operations
                .changes(operation.id())
                .takeUntilOther(Mono.delay(wait))
                .last(operation);
    }

    private Mono<ServerResponse> answer(Tenant tenant, Onboarding.Accepted accepted, @Nullable Duration wait) {
        var active = wait != null && tenant.state() == TenantState.ACTIVE;
        var response = ServerResponse.status(active ? HttpStatus.CREATED : HttpStatus.ACCEPTED)
                .location(URI.create("/admin/v1/tenants/" + tenant.slug()))
                .header(
                        HttpHeaders.LINK,
                        "</admin/v1/operations/" + accepted.operation().id() + ">; rel=\"operation\"");
        if (wait != null) {
            response.header("Preference-Applied", "wait=" + wait.toSeconds());
        }
        if (accepted.replayed()) {
            response.header("Idempotency-Replayed", "true");
        }
        return view(tenant).flatMap(view -> response.bodyValue(new OrderedView(view, KeysView.of(accepted.keys()))));
    }

    private static NewTenant orderOf(byte[] body) {
        var members = Members.of(body, ORDER);
        var slug = members.requiredText("slug");
        if (!Slug.isValid(slug)) {
            throw Problem.of(ProblemType.INVALID_VALUE, Slug.RULE).with("member", "slug");
        }
        return new NewTenant(
                new Slug(slug),
                name(members.text("name", slug)),
                members.word("plan", "standard"),
                members.text("blueprint"),
                members.text("region"),
                members.text("shard"),
                members.presentTexts("labels"));
    }

    private static TenantChange changeOf(byte[] body) {
        var members = Members.of(body, CHANGE);
        var name = members.text("name");
        return new TenantChange(
                name == null ? null : name(name),
                members.word("plan"),
                members.texts("labels"),
                quotasOf(members),
                trustOf(members));
    }

    private static @Nullable Map<Quota, @Nullable Long> quotasOf(Members members) {
        var quotas = new EnumMap<Quota, @Nullable Long>(Quota.class);
        if (members.isNull("quotas")) {
            Arrays.stream(Quota.values()).forEach(quota -> quotas.put(quota, null));
            return quotas;
        }
        var given = members.numbers("quotas");
        if (given == null) {
            return null;
        }
        given.forEach((label, value) -> quotas.put(quota(label, value), value));
        return quotas;
    }

    private static Quota quota(String label, @Nullable Long value) {
        var quota = Quota.of(label);
        if (quota == null || value != null && !quota.allows(value)) {
            var expected = quota == null ? QUOTAS : "1 to " + quota.most() + ", or null for the plan's";
            throw Problem.of(ProblemType.INVALID_VALUE, "quotas." + label + " (expected: " + expected + ")")
                    .with("member", "quotas." + label);
        }
        return quota;
    }

    private static @Nullable TrustChange trustOf(Members members) {
        var noKeys = members.isNull("jwks");
        var jwks = noKeys ? null : members.json("jwks");
        var expected = expected(members);
        return !noKeys && jwks == null && expected.isEmpty() ? null : new TrustChange(jwks, noKeys, expected);
    }

    private static Map<String, @Nullable String> expected(Members members) {
        var expected = new HashMap<String, @Nullable String>();
        if (members.isNull("jwt")) {
            EXPECTED.forEach(name -> expected.put(name, null));
            return expected;
        }
        var given = members.texts("jwt");
        if (given != null) {
            given.forEach((name, value) -> {
                if (!EXPECTED.contains(name) || value != null && (value.isBlank() || value.length() > MAX_NAME)) {
                    throw Problem.of(
                                    ProblemType.INVALID_VALUE,
                                    "jwt." + name + " (expected: issuer and audience of 1 to " + MAX_NAME
                                            + " characters)")
                            .with("member", "jwt." + name);
                }
                expected.put(name, value);
            });
        }
        return expected;
    }

    private static String name(String name) {
        var stripped = name.strip();
        if (stripped.isEmpty() || stripped.length() > MAX_NAME || stripped.indexOf('\0') >= 0) {
            throw Problem.of(ProblemType.INVALID_VALUE, "a tenant's name is 1 to " + MAX_NAME + " characters")
                    .with("member", "name");
        }
        return stripped;
    }

    private Mono<TenantView> view(Tenant tenant) {
        return views(new Requests.Page<>(List.of(tenant), null))
                .map(page -> page.items().getFirst());
    }

    private Mono<Requests.Page<TenantView>> views(Requests.Page<Tenant> page) {
        return usage.of(page.items().stream().map(Tenant::id).toList())
                .map(used -> page.map(tenant -> view(tenant, used.getOrDefault(tenant.id(), TenantUsage.NOTHING))));
    }

    private TenantView view(Tenant tenant, TenantUsage used) {
        return TenantView.of(tenant, baseUrls.of(tenant.slug()), used);
    }

    private static <T> Mono<T> unknown(Slug slug) {
        return Mono.error(() -> Requests.unknown("tenant '" + slug + "' does not exist"));
    }
}
