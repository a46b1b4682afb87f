package dev.rowhouse.app.data.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.platform.limits.Rate;
import dev.rowhouse.platform.limits.RateLimit;
import dev.rowhouse.platform.limits.RateLimits;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How often each client address asks for tenants of which it has no credential: who does so too often is told to wait, the
 * same for every slug. Requests that are let in are none of this, so neighbours behind one address do not suffer.
 */
public final class FailedAttempts {

    private static final Logger log = LoggerFactory.getLogger(FailedAttempts.class);
    private static final int MOST_ADDRESSES = 50_000;
    private static final Duration REMEMBERED = Duration.ofMinutes(10);
    private static final int NETWORK_BYTES = 8;
    private static final int IPV6_BYTES = 16;

    private final RateLimits limits;
    private final Rate rate;
    private final Cache<InetAddress, Attempts> attempts = Caffeine.newBuilder()
            .maximumSize(MOST_ADDRESSES)
            .expireAfterAccess(REMEMBERED)
            .build();

    private record Attempts(RateLimit limit, AtomicBoolean told) {}

    /** @param limits that are not shared: an attacker's addresses are no matter of other instances */
    public FailedAttempts(RateLimits limits, Rate rate) {
        this.limits = limits;
        this.rate = rate;
    }

    /** Returns what a caller gets whose tenant is unknown to it: {@code unknown}, or after too many of these 429. */
    public Problem answer(Problem unknown, @Nullable InetSocketAddress client) {
        var address = client == null ? null : client.getAddress();
        if (address == null) {
            return unknown;
        }
        var network = network(address);
        var made = attempts.get(network, _ -> new Attempts(limits.of("", rate), new AtomicBoolean()));
        if (made.limit().spend().granted()) {
            return unknown;
        }
        if (made.told().compareAndSet(false, true)) {
            log.warn("{} asks for one unknown tenant after the other and is told to wait", network.getHostAddress());
        }
        return Problem.of(ProblemType.RATE_LIMITED, "too many requests for tenants that are unknown to this caller")
                .retryAfter(1);
    }

    // Who has one address of IPv6 has 2^64 of them.
    private static InetAddress network(InetAddress address) {
        var bytes = address.getAddress();
        if (bytes.length < IPV6_BYTES) {
            return address;
        }
        Arrays.fill(bytes, NETWORK_BYTES, IPV6_BYTES, (byte) 0);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
