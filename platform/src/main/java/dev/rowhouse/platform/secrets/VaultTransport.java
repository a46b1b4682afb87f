package dev.rowhouse.platform.secrets;

import dev.rowhouse.platform.tracing.TraceSpan;
import dev.rowhouse.platform.tracing.Tracing;
import io.github.jopenlibs.vault.SslConfig;
import io.github.jopenlibs.vault.Vault;
import io.github.jopenlibs.vault.VaultConfig;
import io.github.jopenlibs.vault.VaultException;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.rest.RestResponse;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/** Calls Vault through its blocking driver: on a few threads of its own, within a bound, behind a breaker. */
final class VaultTransport implements AutoCloseable {

    // The driver would put "data" into the paths of version 2; here the paths are as the API's documentation has them.
    private static final int PATHS_AS_THEY_ARE = 1;
    private static final int QUEUE = 256;
    private static final Duration MARGIN = Duration.ofSeconds(1);
    private static final int RETRIES = 2;
    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final double JITTER = 0.5;
    private static final int REMEMBERED = 16;
    private static final int ENOUGH = 8;
    private static final float HALF = 50;
    private static final Duration AWAY = Duration.ofSeconds(2);
    private static final int TRIALS = 2;

    private static final String STATUS = "http.response.status_code";

    private final VaultSettings settings;
    private final Tracing tracing;
    private final HttpClient client;
    private final Scheduler scheduler;
    private final Duration patience;
    private final CircuitBreaker breaker = CircuitBreaker.of(
            "vault",
            CircuitBreakerConfig.custom()
                    .slidingWindowType(SlidingWindowType.COUNT_BASED)
                    .slidingWindowSize(REMEMBERED)
                    .minimumNumberOfCalls(ENOUGH)
                    .failureRateThreshold(HALF)
                    .waitDurationInOpenState(AWAY)
                    .permittedNumberOfCallsInHalfOpenState(TRIALS)
                    .build());
    private volatile @Nullable SecretsError trouble;

    VaultTransport(VaultSettings settings, Tracing tracing) {
        this.settings = settings;
        this.tracing = tracing;
        this.client = client(settings);
        this.scheduler = Schedulers.newBoundedElastic(settings.concurrency(), QUEUE, "vault");
        this.patience = settings.connectTimeout().plus(settings.readTimeout()).plus(MARGIN);
    }

    /** Returns why Vault cannot be used at the moment, or null if it answered when it was last asked. */
    @Nullable
    SecretsError trouble() {
        return trouble;
    }

    /**
     * Emits the answer, an empty object for an answer without a body, or fails with {@link SecretsError}.
     *
     * @param token null for a login
     */
    Mono<JsonObject> send(VaultRequest request, @Nullable String token) {
        var once = Mono.defer(() -> permitted(request, token));
        return request.repeatable() ? once.retryWhen(retries()) : once;
    }

    private static Retry retries() {
        return Retry.backoff(RETRIES, FIRST_RETRY)
                .jitter(JITTER)
                .filter(failure -> failure instanceof SecretsError.Unavailable unavailable && unavailable.wasAsked())
                .onRetryExhaustedThrow((_, last) -> last.failure());
    }

    private Mono<JsonObject> permitted(VaultRequest request, @Nullable String token) {
        if (!breaker.tryAcquirePermission()) {
            var known = trouble;
            return Mono.error(
                    known instanceof SecretsError.Sealed
                            ? new SecretsError.Sealed(request.path())
                            : SecretsError.Unavailable.notAsked(request.path()));
        }
        return tracing.mono(
                "vault " + request.capability().word() + " " + request.template(), span -> asked(request, token, span));
    }

    private Mono<JsonObject> asked(VaultRequest request, @Nullable String token, TraceSpan span) {
        var begun = System.nanoTime();
        return Mono.fromCallable(() -> blocking(request, token, span))
                .subscribeOn(scheduler)
                .timeout(patience)
                .onErrorMap(failure -> inOurWords(request.path(), failure))
                .doOnSuccess(_ -> ended(request, begun, null))
                .doOnError(failure -> ended(request, begun, failure))
                .doOnCancel(breaker::releasePermission);
    }

    private void ended(VaultRequest request, long begun, @Nullable Throwable failure) {
        var took = System.nanoTime() - begun;
        if (failure instanceof SecretsError error && error.isTemporary() && !isOfAnother(request, error)) {
            trouble = error;
            breaker.onError(took, TimeUnit.NANOSECONDS, failure);
        } else {
            trouble = null;
            breaker.onSuccess(took, TimeUnit.NANOSECONDS);
        }
    }

    // One shard that does not let Vault in would else close the way to the logins of all others.
    private static boolean isOfAnother(VaultRequest request, SecretsError error) {
        return request.passedOn() && error instanceof SecretsError.Unavailable unavailable && unavailable.hasFailed();
    }

    private JsonObject blocking(VaultRequest request, @Nullable String token, TraceSpan span) throws VaultException {
        span.tell("url.template", request.template())
                .tell("http.request.method", request.body() == null ? "GET" : "POST");
        try {
            var answer = answer(request, token);
            span.tell(STATUS, answer.getStatus());
            return VaultAnswers.whole(
                    request.path(), answer.getStatus(), new String(answer.getBody(), StandardCharsets.UTF_8));
        } catch (VaultException e) {
            if (e.getHttpStatusCode() > 0) {
                span.tell(STATUS, e.getHttpStatusCode());
            }
            throw e;
        }
    }

    private RestResponse answer(VaultRequest request, @Nullable String token) throws VaultException {
        var config = new VaultConfig()
                .address(settings.address().toString())
                .httpClient(client)
                .readTimeout(
                        Math.toIntExact(settings.readTimeout().plusMillis(999).toSeconds()));
        var vault = Vault.create((token == null ? config : config.token(token)).build(), PATHS_AS_THEY_ARE);
        var body = request.body();
        return (body == null
                        ? vault.logical().read(request.path())
                        : vault.logical().write(request.path(), body))
                .getRestResponse();
    }

    private static SecretsError inOurWords(String path, Throwable failure) {
        if (failure instanceof SecretsError known) {
            return known;
        }
        if (failure instanceof VaultException thrown && thrown.getHttpStatusCode() > 0) {
            return VaultAnswers.error(path, thrown);
        }
        if (failure instanceof RejectedExecutionException) {
            return new SecretsError.Unavailable(path, "too many calls wait for it", null);
        }
        return new SecretsError.Unavailable(path, "no answer (" + rootOf(failure) + ")", failure);
    }

    private static String rootOf(Throwable failure) {
        var root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getClass().getSimpleName();
    }

    private static HttpClient client(VaultSettings settings) {
        var builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(settings.connectTimeout())
                // A standby sends on to the active node.
                .followRedirects(HttpClient.Redirect.NORMAL);
        var certificates = settings.certificates();
        if (certificates != null) {
            try {
                builder.sslContext(
                        new SslConfig().pemFile(certificates.toFile()).build().getSslContext());
            } catch (VaultException e) {
                throw new SecretsError.Unreadable(certificates.toString(), "no certificates in PEM");
            }
        }
        return builder.build();
    }

    @Override
    public void close() {
        scheduler.dispose();
        client.shutdownNow();
    }
}
