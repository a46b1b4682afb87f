package dev.rowhouse.app.page;

import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * A page for people: one file made of its markup, its style and its script, the same for every tenant's address.
 *
 * <p>It asks for the key itself. Its policy lets it run its own script, show its own style and speak to its own origin;
 * nothing else, so what a tenant's texts say can do no harm there.
 */
public final class StaticPage {

    private static final String METHODS = "GET, HEAD";

    private final byte[] page;
    private final String tag;
    private final String policy;

    private StaticPage(String markup, String style, String script) {
        page = markup.replace("/*style*/", style).replace("/*script*/", script).getBytes(StandardCharsets.UTF_8);
        tag = "\"" + hash(page) + "\"";
        policy = String.join(
                "; ",
                "default-src 'none'",
                "script-src '" + hash(script) + "'",
                "style-src '" + hash(style) + "'",
                "connect-src 'self'",
                "img-src data:",
                "base-uri 'none'",
                "form-action 'none'",
                "frame-ancestors 'none'");
    }

    /** Returns the page whose {@code name.html}, {@code name.css} and {@code name.js} lie beside {@code owner}. */
    public static StaticPage of(Class<?> owner, String name) {
        return new StaticPage(
                resource(owner, name + ".html"), resource(owner, name + ".css"), resource(owner, name + ".js"));
    }

    public Mono<Void> send(ServerWebExchange exchange) {
        var method = exchange.getRequest().getMethod();
        if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
            return Mono.error(() -> Problem.of(ProblemType.METHOD_NOT_ALLOWED, "the method is not allowed here")
                    .withHeader(HttpHeaders.ALLOW, METHODS));
        }
        var response = exchange.getResponse();
        var headers = response.getHeaders();
        headers.set("Content-Security-Policy", policy);
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Opener-Policy", "same-origin");
        headers.setCacheControl("no-cache");
        headers.setETag(tag);
        if (exchange.checkNotModified(tag)) {
            return response.setComplete();
        }
        headers.setContentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8));
        headers.setContentLength(page.length);
        return method.equals(HttpMethod.HEAD)
                ? response.setComplete()
                : response.writeWith(
                        Mono.fromSupplier(() -> response.bufferFactory().wrap(page)));
    }

    private static String resource(Class<?> owner, String name) {
        try (var stream = owner.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException(name + " is not beside " + owner.getName());
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash(String text) {
        return hash(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String hash(byte[] bytes) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
