package dev.rowhouse.app.data;

import dev.rowhouse.tenancy.Caller;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.RoleName;
import dev.rowhouse.tenancy.catalog.Catalog;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;

/** An admitted request of one relation. */
record DataRequest(ServerWebExchange exchange, Admitted admitted, String relation) {

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
        return Objects.requireNonNull(admitted.resident().tenant().house(), "an active tenant has a house");
    }

    CallerClass callerClass() {
        return admitted.callerClass();
    }

    Caller caller() {
        return Caller.ofKey(admitted.callerClass());
    }

    RoleName role() {
        return house().id().role(admitted.callerClass());
    }

    ServerHttpResponse response() {
        return exchange.getResponse();
    }

    /** Tells which of the client's preferences are honoured. */
    void apply(List<String> preferences) {
        if (!preferences.isEmpty()) {
            response().getHeaders().set("Preference-Applied", String.join(", ", preferences));
        }
    }
}
