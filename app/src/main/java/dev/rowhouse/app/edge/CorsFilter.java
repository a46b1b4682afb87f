package dev.rowhouse.app.edge;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Lets pages of other origins use tenants' APIs.
 *
 * <p>A preflight carries no key, so it is answered here, alike for every address of a tenant: it tells nothing of whether
 * the tenant exists. What an origin may do is decided by the key that its requests carry, not here.
 */
@Order(1) // before the limits, so that a page can read what they say
public final class CorsFilter implements WebFilter {

    private static final String METHODS = "GET, POST, PATCH, PUT, DELETE, OPTIONS, HEAD";
    private static final String LONGEST = "86400";
    private static final String EXPOSED = String.join(
            ", ",
            "Content-Encoding",
            "Content-Location",
            "Content-Range",
            "Content-Type",
            "Date",
            "Location",
            "Server",
            "Transfer-Encoding",
            "Range-Unit",
            "Content-Profile",
            "Preference-Applied",
            "ETag",
            "Link",
            "Allow",
            "Retry-After",
            "Cache-Status",
            "RateLimit",
            "RateLimit-Policy",
            "Idempotency-Replayed",
            "Consistency-Token",
            "Server-Timing",
            "WWW-Authenticate",
            "X-Request-Id",
            "traceparent");
    private static final List<String> USUAL = List.of(
            "apikey",
            "Prefer",
            "Range",
            "Range-Unit",
            "X-Client-Info",
            "Accept-Profile",
            "Content-Profile",
            "Content-Type",
            "Idempotency-Key",
            "If-Match",
            "If-None-Match",
            "Consistency-Token");
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}");

    private final Set<String> allowedOrigins;
    private final @Nullable String baseDomain;

    /**
     * @param allowedOrigins empty for every origin
     * @param baseDomain under which tenants have hosts of their own; null for none
     */
    public CorsFilter(List<String> allowedOrigins, @Nullable String baseDomain) {
        this.allowedOrigins = Set.copyOf(allowedOrigins);
        this.baseDomain = baseDomain;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        var request = exchange.getRequest();
        var origin = request.getHeaders().getOrigin();
        if (origin == null || !isOfTenant(request)) {
            return chain.filter(exchange);
        }
        var headers = exchange.getResponse().getHeaders();
        headers.set(HttpHeaders.VARY, HttpHeaders.ORIGIN);
        allow(origin, headers);
        if (!isPreflight(request)) {
            headers.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
            return chain.filter(exchange);
        }
        headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, allowedHeaders(request.getHeaders()));
        headers.set(HttpHeaders.ACCESS_CONTROL_MAX_AGE, LONGEST);
        headers.setContentLength(0);
        exchange.getResponse().setStatusCode(HttpStatus.OK);
        return exchange.getResponse().setComplete();
    }

    private boolean isOfTenant(ServerHttpRequest request) {
        var url = request.getURI();
        return TenantAddress.of(url.getRawPath(), url.getHost(), baseDomain) != null;
    }

    private void allow(String origin, HttpHeaders headers) {
        if (allowedOrigins.isEmpty()) {
            headers.setAccessControlAllowOrigin("*");
        } else if (allowedOrigins.contains(origin)) {
            headers.setAccessControlAllowOrigin(origin);
            headers.setAccessControlAllowCredentials(true);
        }
    }

    private static boolean isPreflight(ServerHttpRequest request) {
        return request.getMethod() == HttpMethod.OPTIONS
                && request.getHeaders().containsHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
    }

    private static String allowedHeaders(HttpHeaders request) {
        var allowed = new LinkedHashSet<String>();
        allowed.add(HttpHeaders.AUTHORIZATION);
        for (var name : request.getAccessControlRequestHeaders()) {
            if (TOKEN.matcher(name).matches()) {
                allowed.add(name);
            }
        }
        allowed.addAll(List.of("Accept", "Accept-Language", "Content-Language"));
        allowed.addAll(USUAL);
        return String.join(", ", allowed);
    }
}
