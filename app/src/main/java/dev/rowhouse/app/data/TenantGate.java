package dev.rowhouse.app.data;

import dev.rowhouse.app.data.limits.Plans;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.tenancy.Caller;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.directory.Resident;
import dev.rowhouse.tenancy.directory.Residents;
import dev.rowhouse.tenancy.directory.TenantState;
import dev.rowhouse.tenancy.token.TokenError;
import dev.rowhouse.tenancy.token.UserTokens;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Mono;

/**
 * Lets callers in who hold a key of the tenant they address, or a token that its issuer has signed.
 *
 * <p>Everyone else gets one and the same answer, whether the tenant never was, is suspended, is gone, or the credential is
 * missing, malformed or another tenant's: nobody learns which tenants exist. Only who has shown that it knows the tenant,
 * by a key or by its issuer's signature, is told what is wrong with a token.
 */
public final class TenantGate {

    private final Residents residents;
    private final UserTokens tokens;
    private final Plans plans;

    public TenantGate(Residents residents, UserTokens tokens, Plans plans) {
        this.residents = residents;
        this.tokens = tokens;
        this.plans = plans;
    }

    /** Emits who is let in, or fails with a problem. */
    public Mono<Admitted> admit(@Nullable Slug slug, HttpHeaders headers) {
        var credentials = Credentials.of(headers);
        if (slug == null || credentials.key() == null && credentials.token() == null) {
            return Mono.error(TenantGate::unknown);
        }
        return residents
                .find(slug)
                .switchIfEmpty(Mono.error(() -> nobody(credentials)))
                .map(resident -> admitted(resident, credentials));
    }

    /** Says whether tenant and plan are still those that it was let in by. */
    boolean isNewest(Admitted admitted) {
        var resident = admitted.resident();
        return residents.isNewest(resident) && plans.of(resident.tenant().plan()) == admitted.plan();
    }

    /** Emits the tenant as the control database knows it now, or as it was known where that does not answer. */
    Mono<Resident> newest(Slug slug) {
        return residents.refresh(slug).then(residents.find(slug));
    }

    private Admitted admitted(Resident resident, Credentials credentials) {
        var caller = callerOf(resident, credentials);
        var state = resident.tenant().state();
        if (state == TenantState.SUSPENDED) {
            throw Problem.of(ProblemType.TENANT_SUSPENDED, "the tenant is suspended");
        }
        if (state != TenantState.ACTIVE) {
            throw unknown();
        }
        var plan = plans.of(resident.tenant().plan());
        return new Admitted(
                resident,
                plans.bounded(caller, plan),
                plan,
                plans.settled(resident.tenant().plan()));
    }

    // A user's token says more than the key that comes along with it, so it decides.
    private Caller callerOf(Resident resident, Credentials credentials) {
        var key = credentials.key();
        var keyHolder = key == null ? null : resident.callerOf(key);
        var token = credentials.token();
        if (token == null) {
            if (keyHolder == null) {
                throw unknown();
            }
            return Caller.ofKey(keyHolder);
        }
        if (key != null && keyHolder == null) {
            throw nobody(credentials);
        }
        return userOf(resident, token, keyHolder != null);
    }

    private Caller userOf(Resident resident, String token, boolean knowsTenant) {
        var tenant = resident.tenant();
        var trust = tenant.trust();
        try {
            if (trust == null) {
                tokens.pretend(token);
                throw new TokenError.NotVerified("No suitable key or wrong key type");
            }
            return tokens.callerOf(
                    token,
                    trust,
                    Set.of(tenant.slug().value(), tenant.id().value().toString()));
        } catch (TokenError.NotVerified refused) {
            throw knowsTenant ? refused : unknown();
        }
    }

    private Problem nobody(Credentials credentials) {
        if (credentials.token() != null) {
            tokens.pretend(credentials.token());
        }
        return unknown();
    }

    private static Problem unknown() {
        return Problem.of(ProblemType.TENANT_UNKNOWN, "there is no tenant at this address for this caller")
                .withHint("send the tenant's API key as 'apikey' or as 'Authorization: Bearer'");
    }
}
