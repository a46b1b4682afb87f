package dev.rowhouse.app.data.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.platform.limits.PostpaidLimit;
import dev.rowhouse.platform.limits.Rate;
import dev.rowhouse.platform.limits.RateLimit;
import dev.rowhouse.platform.limits.RateLimits;
import dev.rowhouse.platform.limits.Spending;
import dev.rowhouse.tenancy.Caller;
import dev.rowhouse.tenancy.TenantId;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** What one tenant has used of its quotas. */
final class Meter {

    private static final String ALL = "requests";
    private static final String CALLER = "caller";
    private static final int MOST_CALLERS = 1_000;

    private final TenantId tenant;
    private final Quotas quotas;
    private final RateLimits limits;
    private final AtomicInteger atWork;
    private final int mostAtWork;
    private final RateLimit all;
    private final Map<RouteClass, RateLimit> byClass = new EnumMap<>(RouteClass.class);
    private final Cache<String, RateLimit> callers =
            Caffeine.newBuilder().maximumSize(MOST_CALLERS).build();
    private final PostpaidLimit statementTime;

    Meter(TenantId tenant, Quotas quotas, RateLimits limits) {
        this(tenant, quotas, limits, new AtomicInteger());
    }

    private Meter(TenantId tenant, Quotas quotas, RateLimits limits, AtomicInteger atWork) {
        this.tenant = tenant;
        this.quotas = quotas;
        this.limits = limits;
        this.atWork = atWork;
        this.mostAtWork = limits.part(quotas.concurrentRequests());
        this.all = limits.of(key(ALL), quotas.rate());
        quotas.byClass().forEach((route, rate) -> byClass.put(route, limits.of(key(route.label()), rate)));
        var micros = TimeUnit.MILLISECONDS.toMicros(quotas.statementTime().toMillis());
        this.statementTime = limits.postpaid(new Rate(micros, micros));
    }

    /** Returns this, or a meter that counts anew where the quotas are others; who is at work remains so. */
    Meter under(Quotas now) {
        return now.equals(quotas) ? this : new Meter(tenant, now, limits, atWork);
    }

    /** Spends one request and tells what is left, or refuses it. The narrowest first: what it refuses costs the others nothing. */
    void spend(RouteClass route, Caller caller, HttpHeaders answer) {
        var perCaller = quotas.perCaller();
        if (perCaller != null) {
            spend(CALLER, callers.get(caller.claims(), claims -> limitOf(claims, perCaller)), answer);
        }
        var ofClass = byClass.get(route);
        if (ofClass != null) {
            spend(route.label(), ofClass, answer);
        }
        spend(ALL, all, answer);
    }

    private static void spend(String name, RateLimit limit, HttpHeaders answer) {
        var spending = limit.spend();
        RateHeaders.tell(name, spending, answer::add);
        if (!spending.granted()) {
            throw usedUp(name, limit.rate());
        }
    }

    /** Returns what a request would be refused with because of its rates, or null where none is known to be used up. */
    @Nullable
    Problem refusal(RouteClass route, Caller caller) {
        var refusal = refusal(CALLER, callers.getIfPresent(caller.claims()));
        if (refusal == null) {
            refusal = refusal(route.label(), byClass.get(route));
        }
        return refusal == null ? refusal(ALL, all) : refusal;
    }

    private static @Nullable Problem refusal(String name, @Nullable RateLimit limit) {
        if (limit == null || !limit.isUsedUp()) {
            return null;
        }
        var headers = new HashMap<String, String>();
        RateHeaders.tell(name, new Spending(limit.rate(), false, 0), headers::put);
        var problem = usedUp(name, limit.rate());
        for (var header : headers.entrySet()) {
            problem = problem.withHeader(header.getKey(), header.getValue());
        }
        return problem;
    }

    private static Problem usedUp(String name, Rate rate) {
        return Problem.of(ProblemType.RATE_LIMITED, "too many requests: '" + name + "' is used up")
                .withHint("the plan allows " + rate.perSecond() + " per second and " + rate.burst() + " at once")
                .retryAfter(1);
    }

    /** Begins a request, which must {@link #end}, or refuses it; returns how many of the tenant's others are at work. */
    int begin() {
        var busy = busy();
        if (busy != null) {
            throw busy;
        }
        var now = atWork.incrementAndGet();
        if (now > mostAtWork) {
            atWork.decrementAndGet();
            throw tooMany();
        }
        return now - 1;
    }

    /** Returns what a request would be refused with because of what is at work, or null. */
    @Nullable
    Problem busy() {
        if (!statementTime.isOpen()) {
            var statements = quotas.statementTime().toMillis();
            return Problem.of(ProblemType.STATEMENT_TIME_LIMITED, "the tenant's statements took more time than it has")
                    .withHint("the plan allows statements to run for " + statements + " ms per second")
                    .retryAfter((int) Math.clamp(statementTime.secondsUntilOpen(), 1, Integer.MAX_VALUE));
        }
        return atWork.get() < mostAtWork ? null : tooMany();
    }

    private Problem tooMany() {
        return Problem.of(ProblemType.CONCURRENCY_LIMITED, "too many requests of the tenant run at a time")
                .withHint("the plan allows " + quotas.concurrentRequests())
                .retryAfter(1);
    }

    void end() {
        atWork.decrementAndGet();
    }

    int atWork() {
        return atWork.get();
    }

    void charge(long nanos) {
        statementTime.charge(TimeUnit.NANOSECONDS.toMicros(nanos));
    }

    private RateLimit limitOf(String claims, Rate rate) {
        var name = UUID.nameUUIDFromBytes(claims.getBytes(StandardCharsets.UTF_8));
        return limits.of(key(CALLER + ":" + name), rate);
    }

    private String key(String name) {
        return tenant.value() + ":" + name;
    }
}
