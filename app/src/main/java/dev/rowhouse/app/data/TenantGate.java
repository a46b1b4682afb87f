package dev.rowhouse.app.data;

import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.directory.Resident;
import dev.rowhouse.tenancy.directory.Residents;
import dev.rowhouse.tenancy.directory.TenantState;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Mono;

/**
 * Lets callers in who hold a key of the tenant they address.
 *
 * <p>Everyone else gets one and the same answer, whether the tenant never was, is suspended, is gone, or the key is
 * missing, malformed or another tenant's: nobody learns which tenants exist. Two different keys in one request are no key.
 */
public final class TenantGate {

    private static final String API_KEY = "apikey";
    private static final String SCHEME = "Bearer ";

    private final Residents residents;

    public TenantGate(Residents residents) {
        this.residents = residents;
    }

    Mono<Admitted> admit(@Nullable Slug slug, HttpHeaders headers) {
        var key = keyOf(headers);
        if (slug == null || key == null) {
            return Mono.error(TenantGate::unknown);
        }
        return residents
                .find(slug)
                .switchIfEmpty(Mono.error(TenantGate::unknown))
                .map(resident -> admitted(resident, key));
    }

    private static Admitted admitted(Resident resident, String key) {
        var callerClass = resident.callerOf(key);
        if (callerClass == null) {
            throw unknown();
        }
        var state = resident.tenant().state();
        if (state == TenantState.SUSPENDED) {
            throw Problem.of(ProblemType.TENANT_SUSPENDED, "the tenant is suspended");
        }
        if (state != TenantState.ACTIVE) {
            throw unknown();
        }
        return new Admitted(resident, callerClass);
    }

    static @Nullable String keyOf(HttpHeaders headers) {
        if (isAmbiguous(headers.get(API_KEY)) || isAmbiguous(headers.get(HttpHeaders.AUTHORIZATION))) {
            return null;
        }
        var key = headers.getFirst(API_KEY);
        var authorization = headers.getFirst(HttpHeaders.AUTHORIZATION);
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return key;
        }
        var bearer = authorization.substring(SCHEME.length());
        return key == null || key.equals(bearer) ? bearer : null;
    }

    private static boolean isAmbiguous(@Nullable List<String> values) {
        return values != null && values.size() > 1;
    }

    private static Problem unknown() {
        return Problem.of(ProblemType.TENANT_UNKNOWN, "there is no tenant at this address for this caller")
                .withHint("send the tenant's API key as 'apikey' or as 'Authorization: Bearer'");
    }
}
