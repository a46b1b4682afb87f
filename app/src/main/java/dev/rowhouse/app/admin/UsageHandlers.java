package dev.rowhouse.app.admin;

import dev.rowhouse.app.admin.Views.OperationView;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.TenantId;
import dev.rowhouse.tenancy.directory.Tenants;
import dev.rowhouse.tenancy.operation.OperationRunner;
import dev.rowhouse.tenancy.usage.Projections;
import dev.rowhouse.tenancy.usage.Usage;
import dev.rowhouse.tenancy.usage.UsageDay;
import dev.rowhouse.tenancy.usage.UsageQuery;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** What tenants used, and the projections that tell it. */
public final class UsageHandlers {

    private static final MediaType CSV = new MediaType("text", "csv", StandardCharsets.UTF_8);
    private static final Pattern DAY = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

    /** A tenant's day; what it used stands beside it. */
    record UsageView(
            LocalDate day,
            String tenant,
            UUID tenantId,
            long requests,
            long refused,
            long failed,
            long inserted,
            long updated,
            long deleted,
            long storageBytes) {

        static final String HEADER =
                "day,tenant,tenant_id,requests,refused,failed,inserted,updated,deleted,storage_bytes\r\n";

        static UsageView of(UsageDay usage) {
            var used = usage.used();
            return new UsageView(
                    usage.day(),
                    usage.slug().value(),
                    usage.tenant().value(),
                    used.requests(),
                    used.refused(),
                    used.failed(),
                    used.inserted(),
                    used.updated(),
                    used.deleted(),
                    used.storageBytes());
        }

        // Nothing in it has a comma or a quotation mark.
        String line() {
            return "%s,%s,%s,%d,%d,%d,%d,%d,%d,%d\r\n"
                    .formatted(
                            day, tenant, tenantId, requests, refused, failed, inserted, updated, deleted, storageBytes);
        }
    }

    private final Usage usage;
    private final Tenants tenants;
    private final Projections projections;
    private final OperationRunner runner;

    public UsageHandlers(Usage usage, Tenants tenants, Projections projections, OperationRunner runner) {
        this.usage = usage;
        this.tenants = tenants;
        this.projections = projections;
        this.runner = runner;
    }

    Mono<ServerResponse> list(ServerRequest request, Operator operator) {
        var limit = Requests.limit(request);
        var to = day(request, "to").orElseGet(usage::today);
        var from = day(request, "from").orElseGet(() -> to.withDayOfMonth(1));
        var after = place(Requests.after(request));
        var slug = Requests.parameter(request, "tenant", Slug::new);
        if (from.isAfter(to)) {
            throw Problem.of(ProblemType.INVALID_QUERY, "from: " + from + " is after to: " + to);
        }
        return tenant(slug)
                .flatMapMany(tenant -> usage.list(new UsageQuery(tenant.orElse(null), from, to, limit + 1, after)))
                .collectList()
                .map(found -> Requests.page(found, limit, last -> last.day() + " " + last.tenant()))
                .flatMap(page -> answer(request, page.map(UsageView::of)));
    }

    Mono<ServerResponse> rebuild(ServerRequest request, Operator operator) {
        return projections
                .rebuild(runner, request.pathVariable("name"), operator.actor())
                .flatMap(accepted -> ServerResponse.accepted()
                        .location(URI.create(
                                "/admin/v1/operations/" + accepted.operation().id()))
                        .bodyValue(OperationView.of(accepted.operation())));
    }

    private static Mono<ServerResponse> answer(ServerRequest request, Requests.Page<UsageView> page) {
        var csv = request.headers().accept().stream()
                .filter(accepted -> accepted.isConcrete())
                .findFirst()
                .filter(CSV::equalsTypeAndSubtype);
        if (csv.isEmpty()) {
            return ServerResponse.ok().bodyValue(page);
        }
        var text = new StringBuilder(UsageView.HEADER);
        page.items().forEach(day -> text.append(day.line()));
        var response = ServerResponse.ok().contentType(CSV);
        if (page.next() != null) {
            response.header(HttpHeaders.LINK, "<" + next(request, page.next()) + ">; rel=\"next\"");
        }
        return response.bodyValue(text.toString());
    }

    private static String next(ServerRequest request, String cursor) {
        return request.uriBuilder()
                .scheme(null)
                .host(null)
                .port(null)
                .userInfo(null)
                .replaceQueryParam("after", cursor)
                .build()
                .toString();
    }

    private Mono<Optional<TenantId>> tenant(@Nullable Slug slug) {
        return slug == null
                ? Mono.just(Optional.empty())
                : tenants.find(slug)
                        .map(tenant -> Optional.of(tenant.id()))
                        .switchIfEmpty(Mono.error(() -> Requests.unknown("tenant '" + slug + "' does not exist")));
    }

    private static Optional<LocalDate> day(ServerRequest request, String name) {
        return Optional.ofNullable(Requests.parameter(request, name)).map(text -> day(name, text));
    }

    private static LocalDate day(String name, String text) {
        try {
            if (DAY.matcher(text).matches()) {
                return LocalDate.parse(text);
            }
        } catch (DateTimeException e) {
            // answered below
        }
        throw Problem.of(ProblemType.INVALID_QUERY, name + ": '" + text + "' (expected: a day such as 2026-01-31)");
    }

    private static UsageQuery.@Nullable Place place(@Nullable String cursor) {
        if (cursor == null) {
            return null;
        }
        try {
            var parts = cursor.split(" ", -1);
            if (parts.length == 2 && DAY.matcher(parts[0]).matches()) {
                return new UsageQuery.Place(LocalDate.parse(parts[0]), new TenantId(UUID.fromString(parts[1])));
            }
        } catch (DateTimeException | IllegalArgumentException e) {
            // answered below
        }
        throw Problem.of(ProblemType.INVALID_QUERY, "after: not a cursor of this list");
    }
}
