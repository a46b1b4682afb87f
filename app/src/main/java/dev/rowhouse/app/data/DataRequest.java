package dev.rowhouse.app.data;

import dev.rowhouse.app.data.limits.Place;
import dev.rowhouse.app.data.query.Limits;
import dev.rowhouse.app.edge.TraceFilter;
import dev.rowhouse.tenancy.Caller;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.RoleName;
import dev.rowhouse.tenancy.catalog.Catalog;
import dev.rowhouse.tenancy.directory.Resident;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;

/**
 * An admitted request of one relation.
 *
 * @param timing null where the client does not ask for it
 * @param place to be taken before the database has work for it
 * @param repeatable null where the same request has to come the whole way again
 */
record DataRequest(
        ServerWebExchange exchange,
        Admitted admitted,
        String relation,
        @Nullable Timing timing,
        Place place,
        @Nullable Repeatable repeatable) {

    /** A request that has its place. */
    DataRequest(ServerWebExchange exchange, Admitted admitted, String relation, @Nullable Timing timing) {
        this(exchange, admitted, relation, timing, Place.TAKEN, null);
    }

    private static final String ROOT = "/rest/v1";

    /** Returns the same request as it is asked for in another exchange. */
    DataRequest in(ServerWebExchange other) {
        return new DataRequest(other, admitted, relation, timing, place, null);
    }

    String method() {
        return exchange.getRequest().getMethod().name();
    }

    HttpHeaders headers() {
        return exchange.getRequest().getHeaders();
    }

    List<Map.Entry<String, String>> parameters() {
        return Parameters.of(exchange.getRequest().getURI().getRawQuery());
    }

    List<String> prefer() {
        return headers().getOrEmpty("Prefer");
    }

    Catalog catalog() {
        return admitted.resident().catalog();
    }

    House house() {
        return admitted.house();
    }

    Limits limits() {
        return admitted.limits();
    }

    CallerClass callerClass() {
        return admitted.callerClass();
    }

    /** Returns the caller as code of the tenant's sees it, with the settings of this request. */
    Caller caller() {
        return plainCaller().with(RequestSettings.of(method(), path(), headers()));
    }

    /** Returns the caller for what no code of the tenant's sees. */
    Caller plainCaller() {
        return admitted.caller().in(exchange.getAttribute(TraceFilter.REQUEST));
    }

    /** Returns what follows {@code /rest/v1} in the address, as the client wrote it. */
    private String path() {
        var path = exchange.getRequest().getURI().getRawPath();
        return path.substring(path.indexOf(ROOT) + ROOT.length());
    }

    RoleName role() {
        return house().id().role(admitted.callerClass());
    }

    ServerHttpResponse response() {
        return exchange.getResponse();
    }

    /** Returns the same request of the tenant as it is now. */
    DataRequest with(Resident resident) {
        var anew = new Admitted(resident, admitted.caller(), admitted.plan(), admitted.planName());
        return new DataRequest(exchange, anew, relation, timing, place, null);
    }

    /** Returns the same request before it has its place. */
    DataRequest before(Place other) {
        return new DataRequest(exchange, admitted, relation, timing, other, repeatable);
    }

    /** Returns the same request, which may be remembered with its answer. */
    DataRequest repeatable(Repeatable same) {
        return new DataRequest(exchange, admitted, relation, timing, place, same);
    }

    /** Ends a phase of the request, such as {@code parse}, for a client that wants to know how long each took. */
    void ended(String phase) {
        if (timing != null) {
            timing.ended(phase);
        }
    }

    /** Tells how long the phases took; to be called when the answer's headers are written. */
    void tellTiming() {
        if (timing != null) {
            timing.tell(response());
        }
    }

    /** Tells which of the client's preferences are honoured. */
    void apply(List<String> preferences) {
        if (!preferences.isEmpty()) {
            response().getHeaders().set("Preference-Applied", String.join(", ", preferences));
        }
    }
}
