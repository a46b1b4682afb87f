package dev.rowhouse.app.data.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.platform.limits.AdaptiveLimiter;
import dev.rowhouse.platform.limits.AdaptiveLimiter.Bounds;
import dev.rowhouse.platform.limits.RateLimits;
import dev.rowhouse.tenancy.Caller;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.HouseId;
import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.TenantId;
import dev.rowhouse.tenancy.directory.Tenant;
import dev.rowhouse.tenancy.shard.StatementTime;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** Lets a tenant's requests in as far as its quotas reach and its shard has room, from memory and in microseconds. */
public final class TenantLimits implements StatementTime {

    private static final int MOST_TENANTS = 100_000;
    private static final Duration IDLE = Duration.ofMinutes(10);

    private final RateLimits rates;
    private final Bounds bounds;
    private final Map<ShardName, AdaptiveLimiter> shards = new ConcurrentHashMap<>();
    private final Cache<HouseId, Known> known = Caffeine.newBuilder()
            .maximumSize(MOST_TENANTS)
            .expireAfterAccess(IDLE)
            .build();

    /** A tenant and its plan as its last request found them: whoever finds the same need not look at the quotas. */
    private record Known(Tenant tenant, Plan plan, Meter meter) {

        boolean isOf(Tenant otherTenant, Plan otherPlan) {
            return tenant == otherTenant && plan == otherPlan;
        }
    }

    /** @param bounds of how many requests are at work at a time on each shard */
    public TenantLimits(RateLimits rates, Bounds bounds) {
        this.rates = rates;
        this.bounds = bounds;
    }

    /**
     * Lets a request of the tenant in as far as its rates go, or throws a problem. Before it has the database work for it, it
     * must take the place.
     *
     * @param answer whose headers are to tell the limits
     */
    public Place enter(Tenant tenant, House house, Plan plan, Caller caller, Use use, HttpHeaders answer) {
        var meter = meterOf(tenant, house, plan);
        meter.spend(use.route(), caller, answer);
        return use.isAtWork() ? () -> begun(meter, house, use) : Place.TAKEN;
    }

    private Passage begun(Meter meter, House house, Use use) {
        var others = meter.begin();
        var shard = shardOf(house.shard());
        if (!shard.enter(use.priority(), others)) {
            meter.end();
            throw overloaded();
        }
        var began = System.nanoTime();
        return () -> {
            meter.end();
            if (use.steady()) {
                shard.leave(began);
            } else {
                shard.leave();
            }
        };
    }

    /**
     * Returns what tells of a request like this one with what problem it would be refused now because of its rates, or null
     * where it might be let in; nothing is spent by that.
     */
    public Supplier<@Nullable Problem> refusals(Tenant tenant, House house, Plan plan, Caller caller, Use use) {
        var meter = meterOf(tenant, house, plan);
        return () -> meter.refusal(use.route(), caller);
    }

    /** Returns what tells the same of a request that needs a place. */
    public Supplier<@Nullable Problem> refusalsOfPlaces(Tenant tenant, House house, Plan plan, Caller caller, Use use) {
        var rates = refusals(tenant, house, plan, caller, use);
        var meter = meterOf(tenant, house, plan);
        var shard = shardOf(house.shard());
        return () -> {
            var refusal = rates.get();
            var busy = refusal == null ? meter.busy() : refusal;
            return busy == null && shard.isFull(use.priority(), meter.atWork()) ? overloaded() : busy;
        };
    }

    private static Problem overloaded() {
        return Problem.of(ProblemType.OVERLOADED, "the tenant's database has more to do than it can")
                .retryAfter(1);
    }

    @Override
    public void used(HouseId house, long nanos, String sql) {
        var tenant = known.getIfPresent(house);
        if (tenant != null) {
            tenant.meter().charge(nanos);
        }
    }

    /** Returns whose house it is, if a request of that tenant came by of late. */
    public Optional<TenantId> whose(HouseId house) {
        return Optional.ofNullable(known.getIfPresent(house))
                .map(one -> one.tenant().id());
    }

    /** Returns how many requests of the house are at work here. */
    public int atWork(HouseId house) {
        var tenant = known.getIfPresent(house);
        return tenant == null ? 0 : tenant.meter().atWork();
    }

    /** Returns how many requests are at work here on the shard. */
    public int atWork(ShardName shard) {
        return shardOf(shard).atWork();
    }

    /** Measures how many requests are let in to the shard at a time; once for each shard. */
    public void measure(ShardName shard, MeterRegistry meters) {
        var limiter = shardOf(shard);
        Gauge.builder("rowhouse.shard.limit", limiter, AdaptiveLimiter::limit)
                .description("requests that may be at work on the shard at a time in this process, as learnt")
                .tag("shard", shard.value())
                .register(meters);
        Gauge.builder("rowhouse.shard.at.work", limiter, AdaptiveLimiter::atWork)
                .description("requests at work on the shard in this process")
                .tag("shard", shard.value())
                .register(meters);
        FunctionCounter.builder("rowhouse.shard.shed", limiter, AdaptiveLimiter::refusals)
                .description("requests that were turned away as the shard had more to do than it can")
                .tag("shard", shard.value())
                .register(meters);
    }

    private AdaptiveLimiter shardOf(ShardName name) {
        var shard = shards.get(name);
        return shard == null ? shards.computeIfAbsent(name, _ -> new AdaptiveLimiter(bounds)) : shard;
    }

    private Meter meterOf(Tenant tenant, House house, Plan plan) {
        var found = known.getIfPresent(house.id());
        return found != null && found.isOf(tenant, plan)
                ? found.meter()
                : known.asMap()
                        .compute(house.id(), (_, old) -> newest(old, tenant, plan))
                        .meter();
    }

    private Known newest(@Nullable Known old, Tenant tenant, Plan plan) {
        var quotas = plan.quotas().with(tenant.quotas());
        return new Known(
                tenant,
                plan,
                old == null
                        ? new Meter(tenant.id(), quotas, rates)
                        : old.meter().under(quotas));
    }
}
