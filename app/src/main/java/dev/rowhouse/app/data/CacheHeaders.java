package dev.rowhouse.app.data;

import dev.rowhouse.app.data.plan.ReadPlan;
import dev.rowhouse.app.telemetry.RequestNotes;
import dev.rowhouse.platform.cache.Found.Source;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.catalog.HttpRule;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import reactor.core.publisher.Mono;

/** Tells where an answer comes from, in {@code Cache-Status} (RFC 9211), and who may keep it, in {@code Cache-Control}. */
final class CacheHeaders {

    private static final String STATUS = "Cache-Status";

    private CacheHeaders() {}

    static void tell(DataRequest request, Source source) {
        var status = "Rowhouse; "
                + switch (source) {
                    case MEMORY -> "hit; detail=memory";
                    case REDIS -> "hit; detail=redis";
                    case JOINED -> "fwd=miss; collapsed";
                    case READ -> "fwd=miss; stored";
                    case READ_AGAIN -> "fwd=stale; stored";
                    case UNKEPT -> "fwd=bypass";
                };
        request.response().getHeaders().set(STATUS, status);
        if (source != Source.UNKEPT) {
            RequestNotes.of(request.exchange().getAttributes())
                    .lookedUp(source == Source.MEMORY || source == Source.REDIS);
        }
    }

    /** Lets receivers keep a successful answer as the blueprint says of all its tables; else nobody may. */
    static void allow(DataRequest request, ReadPlan plan) {
        if (request.catalog().httpRule(request.relation()) == null) {
            return;
        }
        var rule = rule(request, plan);
        if (rule == null) {
            return;
        }
        var everybodys = rule.shared() && plan.callerIndependent() && request.callerClass() == CallerClass.ANON;
        var control = (everybodys ? "public" : "private") + ", max-age="
                + rule.maxAge().toSeconds();
        var response = request.response();
        response.beforeCommit(() -> Mono.fromRunnable(() -> {
            if (isSuccess(response.getStatusCode())) {
                response.getHeaders().set(HttpHeaders.CACHE_CONTROL, control);
            }
        }));
    }

    private static @Nullable HttpRule rule(DataRequest request, ReadPlan plan) {
        HttpRule all = null;
        for (var relation : plan.footprint().relations()) {
            var rule = request.catalog().httpRule(relation);
            if (rule == null) {
                return null;
            }
            all = all == null ? rule : all.and(rule);
        }
        return all;
    }

    private static boolean isSuccess(@Nullable HttpStatusCode status) {
        return status == null || status.is2xxSuccessful();
    }
}
