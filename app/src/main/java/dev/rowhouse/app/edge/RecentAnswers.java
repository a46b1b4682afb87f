package dev.rowhouse.app.edge;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Scheduler;
import dev.rowhouse.app.telemetry.Route;
import dev.rowhouse.tenancy.TenantId;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Requests that were answered from what is kept a moment ago. One that is the same to the letter, credentials included, can
 * be answered again before anything is made of it, by whoever answered it: what stands here is no answer but who to ask
 * whether it still is one.
 */
public final class RecentAnswers {

    private static final long MOST_BYTES = 32L * 1024 * 1024;
    // With its statement and its key in the cache.
    private static final int BYTES_OF_ENTRY = 2048;
    private static final Duration MOMENT = Duration.ofMinutes(1);

    // What changes no answer, or only the ids that it carries. Of all others each value is part of the question.
    private static final Set<AsciiString> NEUTRAL = Set.of(
            AsciiString.cached(TraceFilter.TRACEPARENT),
            AsciiString.cached("tracestate"),
            AsciiString.cached("x-request-id"),
            // Which asks for what happens anyway, or else for nothing that is answered here.
            HttpHeaderNames.CONNECTION,
            HttpHeaderNames.USER_AGENT,
            HttpHeaderNames.ACCEPT_ENCODING,
            HttpHeaderNames.ACCEPT_LANGUAGE,
            // Of those in between.
            AsciiString.cached("x-forwarded-for"),
            AsciiString.cached("x-real-ip"),
            AsciiString.cached("x-amzn-trace-id"),
            AsciiString.cached("x-b3-traceid"),
            AsciiString.cached("x-b3-spanid"),
            AsciiString.cached("x-b3-parentspanid"));

    /** Who answered a request, and is asked again. */
    public interface Again {

        /** Returns the answer as it would be now, counted and paid for as each is, or null where somebody has to look. */
        @Nullable
        Answer answer();

        /** Returns about how many bytes it holds. */
        int bytes();
    }

    /**
     * An answer but for the ids of its request.
     *
     * @param plan by which the tenant's requests are told apart in the metrics
     */
    public record Answer(FullHttpResponse response, TenantId tenant, String plan, Route route) {}

    private final Cache<String, Again> answered = Caffeine.newBuilder()
            .maximumWeight(MOST_BYTES)
            .weigher((String question, Again again) -> BYTES_OF_ENTRY + question.length() + again.bytes())
            .expireAfterWrite(MOMENT)
            // Whose moment is over goes then, not when somebody looks: keys stand in the questions.
            .scheduler(Scheduler.systemScheduler())
            .build();
    private volatile long last = System.nanoTime() - MOMENT.toNanos();

    /** @param question of {@link #question} */
    public void remember(String question, Again again) {
        answered.put(question, again);
        last = System.nanoTime();
    }

    /** Returns the answer to the request, or null where somebody has to look at it. */
    @Nullable
    Answer find(HttpRequest request) {
        if (System.nanoTime() - last > MOMENT.toNanos()) {
            return null;
        }
        var question = question(request.method().name(), request.protocolVersion(), request.uri(), request.headers());
        var again = question == null ? null : answered.getIfPresent(question);
        return again == null ? null : again.answer();
    }

    /** Returns what the request asks and who asks it, or null for one that has a body or something else of its own. */
    public static @Nullable String question(String method, HttpVersion version, String url, HttpHeaders headers) {
        if (!method.equals("GET") || !version.equals(HttpVersion.HTTP_1_1)) {
            return null;
        }
        var question = new StringBuilder(url);
        var count = 0;
        var size = 0;
        for (var all = headers.iteratorCharSequence(); all.hasNext(); ) {
            var header = all.next();
            var name = AsciiString.of(header.getKey()).toLowerCase();
            count++;
            size += LimitsFilter.sizeOf(header);
            if (isOwn(name, header.getValue()) || LimitsFilter.isTooMuch(count, size)) {
                return null;
            }
            if (!NEUTRAL.contains(name)) {
                // Neither a name nor a value holds the end of a line.
                question.append('\n').append(name).append(':').append(header.getValue());
            }
        }
        return question.toString();
    }

    private static boolean isOwn(AsciiString name, CharSequence value) {
        return name.equals(HttpHeaderNames.CONTENT_LENGTH) && !AsciiString.contentEquals(value, "0")
                || name.equals(HttpHeaderNames.TRANSFER_ENCODING)
                || name.equals(HttpHeaderNames.EXPECT)
                || name.equals(HttpHeaderNames.UPGRADE)
                || name.equals(HttpHeaderNames.CONNECTION) && !AsciiString.contentEqualsIgnoreCase(value, "keep-alive");
    }
}
