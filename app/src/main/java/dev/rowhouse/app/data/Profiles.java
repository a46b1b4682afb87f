package dev.rowhouse.app.data;

import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import org.springframework.http.HttpMethod;
import org.springframework.web.server.ServerWebExchange;

/** Holds requests that choose among schemas to the only one that a tenant has for its clients: {@code public}. */
final class Profiles {

    private static final String PUBLIC = "public";
    private static final String CONTENT_PROFILE = "Content-Profile";

    private Profiles() {}

    static void check(ServerWebExchange exchange) {
        var request = exchange.getRequest();
        var reading = request.getMethod() == HttpMethod.GET || request.getMethod() == HttpMethod.HEAD;
        var profile = request.getHeaders().getFirst(reading ? "Accept-Profile" : CONTENT_PROFILE);
        if (profile == null) {
            return;
        }
        if (!profile.equals(PUBLIC)) {
            throw Problem.of(ProblemType.NOT_ACCEPTABLE, "Invalid schema: " + profile)
                    .withCode("PGRST106")
                    .withHint("Only the following schemas are exposed: " + PUBLIC);
        }
        exchange.getResponse().getHeaders().set(CONTENT_PROFILE, PUBLIC);
    }
}
