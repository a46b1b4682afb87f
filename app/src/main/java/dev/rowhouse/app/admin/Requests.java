package dev.rowhouse.app.admin;

import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.tenancy.BlueprintVersion;
import dev.rowhouse.tenancy.ShardName;
import dev.rowhouse.tenancy.Slug;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.core.publisher.Mono;

/** What admin requests have in common: bodies, path variables, pages, waiting. */
final class Requests {

    static final MediaType MERGE_PATCH = MediaType.parseMediaType("application/merge-patch+json");

    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 1_000;
    private static final Duration MAX_WAIT = Duration.ofSeconds(30);
    private static final Pattern WAIT = Pattern.compile("(?:^|[,;\\s])wait=(\\d{1,4})(?:$|[,;\\s])");
    private static final String IDEMPOTENCY_KEY = "Idempotency-Key";
    private static final Pattern SANE_KEY = Pattern.compile("[\\x20-\\x7e]{1,255}");
    private static final byte[] NOTHING = {};

    private Requests() {}

    /** Emits the body's bytes, which may be none; another media type than JSON is refused. */
    static Mono<byte[]> json(ServerRequest request) {
        var type = request.headers().contentType().orElse(MediaType.APPLICATION_OCTET_STREAM);
        if (!MediaType.APPLICATION_JSON.equalsTypeAndSubtype(type) && !MERGE_PATCH.equalsTypeAndSubtype(type)) {
            return Mono.error(
                    () -> Problem.of(ProblemType.UNSUPPORTED_MEDIA_TYPE, "the body is not declared as application/json")
                            .withHeader(HttpHeaders.ACCEPT, MediaType.APPLICATION_JSON_VALUE));
        }
        return request.bodyToMono(byte[].class).defaultIfEmpty(NOTHING);
    }

    static Slug slug(ServerRequest request) {
        var slug = request.pathVariable("slug");
        if (!Slug.isValid(slug)) {
            throw unknown("tenant '" + slug + "' does not exist");
        }
        return new Slug(slug);
    }

    static ShardName shard(ServerRequest request) {
        return read(request.pathVariable("name"), ShardName::new, "shard");
    }

    static UUID operation(ServerRequest request) {
        return read(request.pathVariable("id"), UUID::fromString, "operation");
    }

    static BlueprintVersion blueprintVersion(ServerRequest request) {
        var name = request.pathVariable("name");
        var version = request.pathVariable("version");
        try {
            return new BlueprintVersion(name, Integer.parseInt(version));
        } catch (NumberFormatException e) {
            throw Problem.of(
                    ProblemType.INVALID_VALUE, "version: " + version + " (expected: a whole number from 1 on)");
        } catch (IllegalArgumentException e) {
            throw Problem.of(ProblemType.INVALID_VALUE, String.valueOf(e.getMessage()));
        }
    }

    static int limit(ServerRequest request) {
        var text = request.queryParam("limit").orElse(Integer.toString(DEFAULT_LIMIT));
        if (!text.matches("\\d{1,4}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > MAX_LIMIT) {
            throw Problem.of(
                    ProblemType.INVALID_QUERY,
                    "limit: " + text + " (expected: a whole number from 1 to " + MAX_LIMIT + ")");
        }
        return Integer.parseInt(text);
    }

    /** Returns the place a cursor stands for, or null without one. */
    static @Nullable String after(ServerRequest request) {
        var cursor = request.queryParam("after").orElse(null);
        if (cursor == null) {
            return null;
        }
        try {
            return storable("after", new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw Problem.of(ProblemType.INVALID_QUERY, "after: not a cursor of this list");
        }
    }

    /** Returns a query parameter, or null without one. */
    static @Nullable String parameter(ServerRequest request, String name) {
        var text = request.queryParam(name).orElse(null);
        return text == null ? null : storable(name, text);
    }

    /** Refuses a parameter that is not {@code known} or comes twice: what is ignored in silence is a mistake unseen. */
    static void requireKnown(ServerRequest request, List<String> known) {
        request.queryParams().forEach((name, values) -> {
            if (!known.contains(name)) {
                var problem = Problem.of(ProblemType.INVALID_QUERY, "parameter '" + name + "' is not known here");
                throw known.isEmpty() ? problem : problem.withHint("known parameters: " + String.join(", ", known));
            }
            if (values.size() > 1) {
                throw Problem.of(ProblemType.INVALID_QUERY, "parameter '" + name + "' is given more than once");
            }
        });
    }

    /** Returns the key under which the request may be repeated, or null without one. */
    static @Nullable String idempotencyKey(ServerRequest request) {
        var keys = request.headers().header(IDEMPOTENCY_KEY);
        if (keys.isEmpty()) {
            return null;
        }
        if (keys.size() > 1 || !SANE_KEY.matcher(keys.getFirst()).matches()) {
            throw Problem.of(
                    ProblemType.INVALID_REQUEST, IDEMPOTENCY_KEY + " is one text of 1 to 255 printable characters");
        }
        return keys.getFirst();
    }

    private static String storable(String name, String text) {
        if (text.indexOf('\0') >= 0) {
            throw Problem.of(ProblemType.INVALID_QUERY, name + ": contains the NUL character");
        }
        return text;
    }

    /** Returns a query parameter as {@code read} reads it, or null without one; what it refuses is a problem. */
    static <T> @Nullable T parameter(ServerRequest request, String name, Function<String, T> read) {
        var text = request.queryParam(name).orElse(null);
        if (text == null) {
            return null;
        }
        try {
            return read.apply(text);
        } catch (IllegalArgumentException e) {
            throw Problem.of(ProblemType.INVALID_QUERY, name + ": '" + text + "' is none of its values");
        }
    }

    /** Returns how long the client wants to wait for the end (RFC 7240), or null if it does not. */
    static @Nullable Duration wait(ServerRequest request) {
        for (var preference : request.headers().header("Prefer")) {
            var wait = WAIT.matcher(preference.toLowerCase(Locale.ROOT));
            if (wait.find()) {
                var wanted = Duration.ofSeconds(Long.parseLong(wait.group(1)));
                return wanted.compareTo(MAX_WAIT) > 0 ? MAX_WAIT : wanted;
            }
        }
        return null;
    }

    static Problem unknown(String message) {
        return Problem.of(ProblemType.NOT_FOUND, message);
    }

    static <T> Page<T> page(List<T> found, int limit, Function<T, String> place) {
        if (found.size() <= limit) {
            return new Page<>(found, null);
        }
        var items = found.subList(0, limit);
        var last = place.apply(items.getLast()).getBytes(StandardCharsets.UTF_8);
        return new Page<>(items, Base64.getUrlEncoder().withoutPadding().encodeToString(last));
    }

    private static <T> T read(String text, Function<String, T> read, String what) {
        try {
            return read.apply(text);
        } catch (IllegalArgumentException e) {
            throw unknown(what + " '" + text + "' does not exist");
        }
    }

    /** One page of a list. */
    record Page<T>(List<T> items, @Nullable String next) {

        <R> Page<R> map(Function<T, R> view) {
            return new Page<>(items.stream().map(view).toList(), next);
        }
    }
}
