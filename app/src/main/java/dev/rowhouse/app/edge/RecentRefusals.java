package dev.rowhouse.app.edge;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rowhouse.app.problem.Problem;
import io.netty.handler.codec.http.HttpRequest;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * Requests that were refused for a limit a moment ago. One that asks the same, with the same credentials, can be told whether
 * the limit is still reached before anything is made of it.
 *
 * <p>Who was refused had been let in by the gate, so what is found here tells nobody anything new; and a moment later it is
 * the gate's turn again.
 */
public final class RecentRefusals {

    private static final int MOST = 10_000;
    private static final Duration MOMENT = Duration.ofSeconds(1);

    // As far as the relation: below it are keys, each of which would be a question of its own.
    private static final int SLASHES = 6;

    private record Question(
            String method,
            String path,
            @Nullable String host,
            @Nullable String key,
            @Nullable String authorization,
            @Nullable String accept,
            @Nullable String contentType) {

        static Question of(String method, String path, Function<String, @Nullable String> headers) {
            return new Question(
                    method,
                    path,
                    headers.apply(HttpHeaders.HOST),
                    headers.apply("apikey"),
                    headers.apply(HttpHeaders.AUTHORIZATION),
                    headers.apply(HttpHeaders.ACCEPT),
                    headers.apply(HttpHeaders.CONTENT_TYPE));
        }
    }

    private final Cache<Question, Supplier<@Nullable Problem>> limits =
            Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(MOMENT).build();
    private volatile long last = System.nanoTime() - MOMENT.toNanos();

    /** @param limit says what such a request would be refused with now, or null where it might be let in; costs nobody anything */
    public void remember(ServerHttpRequest request, Supplier<@Nullable Problem> limit) {
        var path = request.getURI().getRawPath();
        limits.put(
                Question.of(request.getMethod().name(), start(path, path.length()), request.getHeaders()::getFirst),
                limit);
        last = System.nanoTime();
    }

    /** Returns what the request would be refused with, or null where somebody has to look at it. */
    @Nullable
    Problem find(HttpRequest request) {
        if (System.nanoTime() - last > MOMENT.toNanos()) {
            return null;
        }
        var url = request.uri();
        var query = url.indexOf('?');
        var question = Question.of(
                request.method().name(), start(url, query < 0 ? url.length() : query), request.headers()::get);
        var limit = limits.getIfPresent(question);
        return limit == null ? null : limit.get();
    }

    private static String start(String path, int end) {
        var slashes = 0;
        for (var at = 0; at < end; at++) {
            if (path.charAt(at) == '/' && ++slashes == SLASHES) {
                return path.substring(0, at);
            }
        }
        return path.substring(0, end);
    }
}
