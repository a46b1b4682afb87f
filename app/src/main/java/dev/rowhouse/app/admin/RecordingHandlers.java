package dev.rowhouse.app.admin;

import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.app.telemetry.AlreadyRecording;
import dev.rowhouse.app.telemetry.Recorded;
import dev.rowhouse.app.telemetry.Recordings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Flight recordings on demand. Each is of the instance that was asked, which alone knows it: every answer says which one
 * that is.
 */
public final class RecordingHandlers {

    /** Names the instance that answers. */
    static final String INSTANCE = "Rowhouse-Instance";

    private static final String ROOT = "/admin/v1/recordings/";
    private static final List<String> ORDER = List.of("seconds", "settings");
    private static final List<String> SETTINGS = List.of("default", "profile");
    private static final int DEFAULT_SECONDS = 30;
    private static final int MOST_SECONDS = 300;
    private static final int PIECE = 64 * 1024;

    /** @param file where it can be fetched, null before it can */
    record RecordingView(
            String id,
            String instance,
            String state,
            String settings,
            Instant startedAt,
            Instant endsAt,
            long bytes,
            @Nullable String file) {}

    private final Recordings recordings;
    private final String instance;
    private final InstantSource clock;

    /** @param instance names this process among those that serve the installation */
    public RecordingHandlers(Recordings recordings, String instance, InstantSource clock) {
        this.recordings = recordings;
        this.instance = instance;
        this.clock = clock;
    }

    Mono<ServerResponse> list(ServerRequest request, Operator operator) {
        var views = recordings.all().stream().map(this::view).toList();
        return ServerResponse.ok().header(INSTANCE, instance).bodyValue(new Requests.Page<>(views, null));
    }

    Mono<ServerResponse> start(ServerRequest request, Operator operator) {
        return Requests.json(request)
                .map(body -> Members.of(body, ORDER))
                .flatMap(order -> recordings.start(settings(order), time(order)))
                .onErrorMap(AlreadyRecording.class, this::alreadyRecording)
                .flatMap(begun -> ServerResponse.created(URI.create(ROOT + begun.id()))
                        .header(INSTANCE, instance)
                        .bodyValue(view(begun)));
    }

    Mono<ServerResponse> get(ServerRequest request, Operator operator) {
        return ServerResponse.ok().header(INSTANCE, instance).bodyValue(view(recorded(request)));
    }

    /** The file is deleted when all of it was sent. */
    Mono<ServerResponse> file(ServerRequest request, Operator operator) {
        var recorded = recorded(request);
        var file = recorded.file();
        if (file == null) {
            throw noFile(recorded);
        }
        var name = ContentDisposition.attachment().filename(recorded.id() + ".jfr");
        var sent = request.method() == HttpMethod.HEAD ? Mono.<Void>empty() : recordings.remove(recorded.id());
        return ServerResponse.ok()
                .header(INSTANCE, instance)
                .header(HttpHeaders.CONTENT_DISPOSITION, name.build().toString())
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .contentLength(recorded.bytes())
                .build((exchange, _) -> send(file, exchange.getResponse()).then(sent));
    }

    Mono<ServerResponse> remove(ServerRequest request, Operator operator) {
        return recordings
                .remove(recorded(request).id())
                .then(Mono.defer(() ->
                        ServerResponse.noContent().header(INSTANCE, instance).build()));
    }

    private static Mono<Void> send(Path file, ServerHttpResponse response) {
        var pieces =
                DataBufferUtils.read(file, response.bufferFactory(), PIECE).subscribeOn(Schedulers.boundedElastic());
        return response.writeWith(pieces);
    }

    private Recorded recorded(ServerRequest request) {
        var text = request.pathVariable("id");
        var recorded = idOf(text) instanceof UUID id ? recordings.find(id) : null;
        if (recorded == null) {
            throw Requests.unknown("recording '" + text + "' does not exist on instance " + instance)
                    .withHint(
                            "ask the instance that made it; a recording is gone when it was fetched, or after an hour")
                    .withHeader(INSTANCE, instance);
        }
        return recorded;
    }

    private static @Nullable UUID idOf(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static String settings(Members order) {
        var settings = order.text("settings", "profile");
        if (!SETTINGS.contains(settings)) {
            throw invalid("settings", "settings: '" + settings + "' (expected: " + String.join(", ", SETTINGS) + ")");
        }
        return settings;
    }

    private static Duration time(Members order) {
        var seconds = order.integer("seconds", DEFAULT_SECONDS);
        if (seconds < 1 || seconds > MOST_SECONDS) {
            throw invalid("seconds", "seconds: " + seconds + " (expected: 1 to " + MOST_SECONDS + ")");
        }
        return Duration.ofSeconds(seconds);
    }

    private static Problem invalid(String member, String message) {
        return Problem.of(ProblemType.INVALID_VALUE, message).with("member", member);
    }

    private Problem alreadyRecording(AlreadyRecording refused) {
        var other = refused.other();
        return Problem.of(
                        ProblemType.RECORDING_RUNNING,
                        "recording " + other.id() + " of instance " + instance + " is under way until "
                                + other.endsAt())
                .withHint("wait for it, or end it by DELETE " + ROOT + other.id())
                .withHeader(INSTANCE, instance)
                .retryAfter(secondsLeft(other));
    }

    private Problem noFile(Recorded recorded) {
        var problem = Problem.of(
                        ProblemType.RECORDING_NOT_ENDED,
                        "recording " + recorded.id() + " has no file: it is '"
                                + recorded.state().label() + "'")
                .withHeader(INSTANCE, instance);
        return recorded.state() == Recorded.State.FAILED ? problem : problem.retryAfter(secondsLeft(recorded));
    }

    private int secondsLeft(Recorded recorded) {
        return (int) Math.max(
                        0, Duration.between(clock.instant(), recorded.endsAt()).toSeconds())
                + 1;
    }

    private RecordingView view(Recorded recorded) {
        var path = ROOT + recorded.id();
        return new RecordingView(
                recorded.id().toString(),
                instance,
                recorded.state().label(),
                recorded.settings(),
                recorded.startedAt(),
                recorded.endsAt(),
                recorded.bytes(),
                recorded.file() == null ? null : path + "/file");
    }
}
