package dev.rowhouse.app.data;

import dev.rowhouse.app.data.limits.FailedAttempts;
import dev.rowhouse.app.data.limits.Passage;
import dev.rowhouse.app.data.limits.Place;
import dev.rowhouse.app.data.limits.TenantLimits;
import dev.rowhouse.app.data.limits.Use;
import dev.rowhouse.app.edge.RecentRefusals;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemRenderer;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.app.telemetry.RequestMeters;
import dev.rowhouse.app.telemetry.RequestNotes;
import dev.rowhouse.app.telemetry.Route;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.usage.RequestMeter;
import dev.rowhouse.tenancy.usage.Tally;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The way past the {@link TenantGate} and the limits: what comes through is counted until it ends, however it ends. */
public final class Turnstile {

    private final TenantGate gate;
    private final TenantLimits limits;
    private final FailedAttempts failures;
    private final RequestMeter meter;
    private final RecentRefusals recent;
    private final ProblemRenderer renderer;
    private final RequestMeters meters;

    public Turnstile(
            TenantGate gate,
            TenantLimits limits,
            FailedAttempts failures,
            RequestMeter meter,
            RecentRefusals recent,
            ProblemRenderer renderer,
            RequestMeters meters) {
        this.gate = gate;
        this.limits = limits;
        this.failures = failures;
        this.meter = meter;
        this.recent = recent;
        this.renderer = renderer;
        this.meters = meters;
    }

    /** Answers a request by {@code work} if it is let in and has a place, or fails with a problem. */
    public Mono<Void> pass(
            ServerWebExchange exchange, @Nullable Slug slug, Use use, Function<Admitted, Mono<Void>> work) {
        return passBeforePlace(
                exchange, slug, use, (admitted, place) -> inPlace(exchange, place, () -> work.apply(admitted)));
    }

    /** Answers a request by {@code work} if it is let in; before the database works for it, it has to take the place. */
    Mono<Void> passBeforePlace(
            ServerWebExchange exchange,
            @Nullable Slug slug,
            Use use,
            BiFunction<Admitted, CountedPlace, Mono<Void>> work) {
        return gate.admit(slug, exchange.getRequest().getHeaders())
                .onErrorMap(Problem.class, refused -> refused(refused, exchange))
                .flatMap(admitted -> limited(exchange, admitted, use, work));
    }

    // A refusal is answered here: to raise it through all filters costs several times as much as to write it.
    private Mono<Void> limited(
            ServerWebExchange exchange,
            Admitted admitted,
            Use use,
            BiFunction<Admitted, CountedPlace, Mono<Void>> work) {
        var tenant = admitted.resident().tenant();
        var tally = meter.of(tenant.id());
        tally.request();
        note(exchange, admitted, use.route().route());
        Place place;
        try {
            place = enter(exchange, admitted, use);
        } catch (Problem refused) {
            tally.refused();
            meters.refused(refused.type().code());
            var limit = limits.refusals(tenant, admitted.house(), admitted.plan(), admitted.caller(), use);
            recent.remember(exchange.getRequest(), again(admitted, limit, tally));
            return renderer.handle(exchange, refused);
        }
        var counted = new CountedPlace(place, tally, meters, () -> {
            var limit = limits.refusalsOfPlaces(tenant, admitted.house(), admitted.plan(), admitted.caller(), use);
            recent.remember(exchange.getRequest(), again(admitted, limit, tally));
        });
        counted.watch(exchange.getResponse());
        return work.apply(admitted, counted);
    }

    /** Answers a request by {@code work} in the place, or tells why there is none. */
    Mono<Void> inPlace(ServerWebExchange exchange, Place place, Supplier<Mono<Void>> work) {
        Passage passage;
        try {
            passage = place.take();
        } catch (Problem refused) {
            return renderer.handle(exchange, refused);
        }
        return counted(passage, work);
    }

    /**
     * Lets a request pass that is the same as one that was let in and will not need a place, as long as nothing has become
     * known of its tenant since. Nobody looks at credentials again: who came by something that ends by itself must come the
     * whole way.
     *
     * @return the headers that tell its limits, or null where it has to come the whole way
     */
    @Nullable
    HttpHeaders passAgain(Admitted admitted, Use use) {
        var tenant = admitted.resident().tenant();
        // Asked before, since what is refused on the way to the last of its rates has paid for the others.
        if (!gate.isNewest(admitted)
                || limits.refusals(tenant, admitted.house(), admitted.plan(), admitted.caller(), use)
                                .get()
                        != null) {
            return null;
        }
        var told = new HttpHeaders();
        try {
            limits.enter(tenant, admitted.house(), admitted.plan(), admitted.caller(), use, told);
        } catch (Problem refused) {
            return null;
        }
        meter.of(tenant.id()).request();
        return told;
    }

    private Supplier<@Nullable Problem> again(Admitted admitted, Supplier<@Nullable Problem> limit, Tally tally) {
        return () -> {
            var refusal = gate.isNewest(admitted) ? limit.get() : null;
            if (refusal != null) {
                tally.request();
                tally.refused();
                meters.refusedEarly(refusal.type().code());
            }
            return refusal;
        };
    }

    private void note(ServerWebExchange exchange, Admitted admitted, Route route) {
        var notes = RequestNotes.of(exchange.getAttributes());
        notes.admitted(admitted.resident().tenant().id(), admitted.planName(), route);
        if (route == Route.EVENTS) {
            meters.streams();
        }
    }

    private Problem refused(Problem problem, ServerWebExchange exchange) {
        return problem.type() == ProblemType.TENANT_UNKNOWN
                ? failures.answer(problem, exchange.getRequest().getRemoteAddress())
                : problem;
    }

    private Place enter(ServerWebExchange exchange, Admitted admitted, Use use) {
        return limits.enter(
                admitted.resident().tenant(),
                admitted.house(),
                admitted.plan(),
                admitted.caller(),
                use,
                exchange.getResponse().getHeaders());
    }

    private static Mono<Void> counted(Passage passage, Supplier<Mono<Void>> work) {
        try {
            return work.get().doFinally(_ -> passage.leave());
        } catch (RuntimeException | Error thrown) {
            passage.leave();
            throw thrown;
        }
    }
}
