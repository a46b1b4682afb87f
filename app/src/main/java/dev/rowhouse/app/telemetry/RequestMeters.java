package dev.rowhouse.app.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of the requests. Series are looked up by small numbers rather than by their labels, so that telling one costs
 * less than a microsecond, and there are as many as the labels' closed sets allow.
 */
public final class RequestMeters {

    /** Plans that have series of their own; those beyond share one. */
    static final int MOST_PLANS = 12;

    static final String OTHER = "other";
    static final String NO_PLAN = "none";

    private static final int MOST_REASONS = 16;
    private static final String[] METHODS = {"read", "write", OTHER};
    private static final String[] STATUSES = {"none", "1xx", "2xx", "3xx", "4xx", "5xx"};
    private static final int SERIES = Route.values().length * METHODS.length * STATUSES.length;

    // The objectives stand at 0.25 and 1 s; those below and above show how far from them it is.
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(25),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(15)
    };

    private final MeterRegistry registry;
    private final PlanTimers withoutPlan = PlanTimers.of(NO_PLAN);
    private final PlanTimers furtherPlans = PlanTimers.of(OTHER);
    private final Map<String, PlanTimers> byPlan = new ConcurrentHashMap<>();
    private final Map<String, Counter> refusals = new ConcurrentHashMap<>();
    private final LongAdder underWay = new LongAdder();
    private final LongAdder streams = new LongAdder();
    private final Counter refusedEarly;
    private final Counter answeredEarly;

    private record PlanTimers(String label, AtomicReferenceArray<@Nullable Timer> timers) {

        static PlanTimers of(String label) {
            return new PlanTimers(label, new AtomicReferenceArray<>(SERIES));
        }
    }

    public RequestMeters(MeterRegistry registry) {
        this.registry = registry;
        Gauge.builder("rowhouse.requests.in.flight", underWay, LongAdder::sum)
                .description("Requests under way in this process, without streams of events")
                .register(registry);
        Gauge.builder("rowhouse.event.streams", streams, LongAdder::sum)
                .description("Streams of events open in this process")
                .register(registry);
        this.refusedEarly = Counter.builder("rowhouse.requests.refused.early")
                .description(
                        "Requests that were refused before anything was made of them, as one like them was a moment ago")
                .register(registry);
        this.answeredEarly = Counter.builder("rowhouse.requests.answered.early")
                .description(
                        "Requests that were answered from what is kept before anything was made of them, as the same was a moment ago")
                .register(registry);
    }

    /** A request has begun. */
    void begun() {
        underWay.increment();
    }

    /** A request that has begun turned out to be a stream, which is no work under way while it waits. */
    public void streams() {
        underWay.decrement();
        streams.increment();
    }

    /** A request has ended. */
    void ended(RequestNotes notes, String method, int status, long nanos) {
        (notes.route() == Route.EVENTS ? streams : underWay).decrement();
        timer(notes, method, status).record(nanos, TimeUnit.NANOSECONDS);
    }

    /** A request was refused because of a limit. */
    public void refused(String reason) {
        counter(reason).increment();
    }

    /** A request was refused before anything was made of it. */
    public void refusedEarly(String reason) {
        refusedEarly.increment();
        refused(reason);
    }

    /** A request was answered before anything was made of it. */
    void answeredEarly() {
        answeredEarly.increment();
    }

    private Timer timer(RequestNotes notes, String method, int status) {
        var plan = plan(notes.plan());
        var route = notes.route();
        var methodClass = methodClass(method);
        var statusClass = statusClass(status);
        var index = (route.ordinal() * METHODS.length + methodClass) * STATUSES.length + statusClass;
        var known = plan.timers().get(index);
        return known != null ? known : registered(plan, index, route, METHODS[methodClass], STATUSES[statusClass]);
    }

    private Timer registered(PlanTimers plan, int index, Route route, String method, String status) {
        var timer = Timer.builder("rowhouse.requests")
                .description("Requests, from their first byte here to the last of their answer")
                .tag("route", route.label())
                .tag("method", method)
                .tag("status", status)
                .tag("plan", plan.label())
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
        plan.timers().set(index, timer);
        return timer;
    }

    private PlanTimers plan(@Nullable String name) {
        if (name == null) {
            return withoutPlan;
        }
        var known = byPlan.get(name);
        return known != null || byPlan.size() >= MOST_PLANS
                ? Objects.requireNonNullElse(known, furtherPlans)
                : byPlan.computeIfAbsent(name, PlanTimers::of);
    }

    private Counter counter(String reason) {
        var known = refusals.get(reason);
        if (known != null) {
            return known;
        }
        var name = refusals.size() < MOST_REASONS ? reason : OTHER;
        return refusals.computeIfAbsent(
                name,
                label -> Counter.builder("rowhouse.refusals")
                        .description("Requests that were refused because of a limit")
                        .tag("reason", label)
                        .register(registry));
    }

    private static int methodClass(String method) {
        return switch (method) {
            case "GET", "HEAD" -> 0;
            case "POST", "PUT", "PATCH", "DELETE" -> 1;
            default -> 2;
        };
    }

    // 0 for a request whose client left before there was an answer.
    private static int statusClass(int status) {
        return status >= 100 && status < 600 ? status / 100 : 0;
    }
}
