package dev.rowhouse.app.events;

import dev.rowhouse.app.data.Admitted;
import dev.rowhouse.app.data.TenantGate;
import dev.rowhouse.tenancy.directory.DirectoryError;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Looks again and again whether a client whose request was admitted would be now, and as the same. */
final class Admission {

    private static final JsonMapper JSON = new JsonMapper();

    private final TenantGate gate;
    private final Admitted admitted;
    private final HttpHeaders credentials = new HttpHeaders();
    private final @Nullable Instant expires;

    /** @param headers of the request, of which only the credentials are kept */
    Admission(TenantGate gate, Admitted admitted, HttpHeaders headers) {
        this.gate = gate;
        this.admitted = admitted;
        this.expires = expiry(admitted.caller().claims());
        for (var name : new String[] {"apikey", HttpHeaders.AUTHORIZATION}) {
            var value = headers.getFirst(name);
            if (value != null) {
                credentials.set(name, value);
            }
        }
    }

    /** Completes if the client may go on, else fails. While nobody can say, it may. */
    Mono<Void> still() {
        return Mono.defer(() -> {
            if (expires != null && !Instant.now().isBefore(expires)) {
                return Mono.error(new StreamEnd("token_expired"));
            }
            return gate.admit(admitted.resident().tenant().slug(), credentials)
                    .onErrorResume(DirectoryError.Unavailable.class, _ -> Mono.just(admitted))
                    .flatMap(now -> isTheSame(now) ? Mono.empty() : Mono.error(new StreamEnd("tenant_changed")));
        });
    }

    // Another house has other positions, another catalog other plans.
    private boolean isTheSame(Admitted now) {
        return now.callerClass() == admitted.callerClass()
                && now.house().equals(admitted.house())
                && now.resident().catalog().equals(admitted.resident().catalog());
    }

    // A request is allowed a clock that is wrong by a minute, a stream no minute more than its token says.
    private static @Nullable Instant expiry(String claims) {
        var exp = JSON.readTree(claims).path("exp");
        if (!exp.isNumber()) {
            return null;
        }
        var at = Instant.ofEpochSecond(exp.longValue());
        return at.isAfter(Instant.now()) ? at : null;
    }
}
