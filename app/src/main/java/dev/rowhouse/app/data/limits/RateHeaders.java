package dev.rowhouse.app.data.limits;

import dev.rowhouse.platform.limits.Spending;
import java.util.function.BiConsumer;

/** Tells clients their limits as draft-ietf-httpapi-ratelimit-headers has it; several limits are several lines of a list. */
final class RateHeaders {

    private static final String POLICY = "RateLimit-Policy";
    private static final String STATE = "RateLimit";

    private RateHeaders() {}

    /** A quota is the burst, its window the time in which the burst comes in again. */
    static void tell(String name, Spending spending, BiConsumer<String, String> answer) {
        var rate = spending.rate();
        var burst = rate.burst();
        answer.accept(POLICY, '"' + name + "\";q=" + burst + ";w=" + rate.secondsFor(burst));
        answer.accept(STATE, '"' + name + "\";r=" + spending.remaining() + ";t=" + spending.secondsUntilFull());
    }
}
