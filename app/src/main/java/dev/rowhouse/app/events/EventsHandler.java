package dev.rowhouse.app.events;

import dev.rowhouse.app.data.Admitted;
import dev.rowhouse.app.data.QueryProblems;
import dev.rowhouse.app.data.TenantGate;
import dev.rowhouse.app.data.Turnstile;
import dev.rowhouse.app.data.limits.Use;
import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.app.problem.SqlStates;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.shard.ShardError;
import dev.rowhouse.tenancy.shard.TenantDatabase;
import io.netty.handler.timeout.WriteTimeoutHandler;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.http.server.HttpServerResponse;

/** The streams of a tenant's changes: lets the caller in, finds where to begin, and sends until one of them leaves. */
public final class EventsHandler implements AutoCloseable {

    static final String LAST_EVENT_ID = "Last-Event-ID";

    // Longer than a busy client is silent, shorter than a dead one is worth its place.
    private static final int UNREAD_SECONDS = 30;
    private static final String VARY = "Accept, Origin, apikey, Authorization, " + LAST_EVENT_ID;

    private final Turnstile turnstile;
    private final TenantGate gate;
    private final TenantDatabase database;
    private final Changes changes;
    private final EventIds ids;
    private final Seats seats;
    private final HouseFeeds feeds;
    private final Duration silence;
    private final Duration kept;
    private final Sinks.Empty<Void> shutdown = Sinks.empty();

    /**
     * @param gate that is asked again for as long as a stream goes on
     * @param secret of the installation
     */
    public EventsHandler(
            Turnstile turnstile,
            TenantGate gate,
            TenantDatabase database,
            Changes changes,
            String secret,
            StreamSettings settings) {
        this.turnstile = turnstile;
        this.gate = gate;
        this.database = database;
        this.changes = changes;
        this.ids = EventIds.of(secret, Clock.systemUTC());
        this.kept = settings.kept();
        this.seats = new Seats();
        this.feeds = new HouseFeeds(changes, settings.beat());
        this.silence = settings.silence();
    }

    /** Ends all streams; their clients are told to come back. */
    @Override
    public void close() {
        shutdown.tryEmitEmpty();
    }

    Mono<Void> handle(ServerWebExchange exchange, @Nullable Slug slug) {
        exchange.getResponse().getHeaders().set(HttpHeaders.VARY, VARY);
        return turnstile
                .pass(exchange, slug, Use.EVENTS, admitted -> {
                    requireStream(exchange);
                    return Mono.defer(() -> admitted(exchange, admitted))
                            .onErrorMap(ShardError.Refused.class, refused -> told(refused, admitted.callerClass()));
                })
                .onErrorMap(QueryError.class, QueryProblems::of);
    }

    private Mono<Void> admitted(ServerWebExchange exchange, Admitted admitted) {
        var resident = admitted.resident();
        var request = exchange.getRequest();
        var question = Question.of(
                request.getURI().getRawQuery(), resident.catalog(), admitted.callerClass(), admitted.limits());
        var own = ids.of(resident.tenant().id());
        var frames =
                new EventFrames(own, admitted.house().id(), resident.tenant().slug());
        var visibility = new Visibility(database, admitted.house(), frames);
        var sights = new Sights(question, admitted, visibility);
        var admission = new Admission(gate, admitted, request.getHeaders());
        return Mono.using(
                () -> seats.take(resident.tenant().id(), admitted.plan().maxStreams()),
                _ -> sights.require()
                        .then(Mono.defer(() -> begin(admitted, own, lastEventId(request.getHeaders(), question))))
                        .map(position -> new EventStream(
                                admitted.house(),
                                feeds,
                                frames,
                                position,
                                sights::of,
                                seen -> question.operations().contains(seen.change()),
                                admission.still(),
                                silence))
                        .flatMap(stream -> send(exchange.getResponse(), stream.parts(shutdown.asMono()))),
                seats::leave);
    }

    /** Emits the position behind which a stream begins. */
    private Mono<Long> begin(Admitted admitted, EventIds own, @Nullable String lastEventId) {
        var shard = admitted.house().shard();
        if (lastEventId == null || lastEventId.isEmpty()) {
            return changes.horizon(shard);
        }
        var place = own.read(lastEventId);
        return changes.oldest(shard).map(oldest -> {
            var house = admitted.house().id();
            // What was told within that time has all its followers; whether older ones had any before the oldest, none
            // can say.
            var recent = place.at().plus(kept).isAfter(Instant.now());
            if (!place.house().equals(house) || place.position() < oldest - 1 && !recent) {
                throw Problem.of(ProblemType.EVENTS_GONE, "the events behind this Last-Event-ID are no longer kept")
                        .withHint("read the rows anew, and begin without an id or with the oldest")
                        .with("oldest_id", own.id(house, oldest - 1));
            }
            return place.position();
        });
    }

    private static @Nullable String lastEventId(HttpHeaders headers, Question question) {
        var header = headers.getFirst(LAST_EVENT_ID);
        return header == null ? question.lastEventId() : header;
    }

    private static Mono<Void> send(ServerHttpResponse response, Flux<List<byte[]>> parts) {
        response.getHeaders().setContentType(MediaType.TEXT_EVENT_STREAM);
        // Proxies are to pass on what they get when they get it.
        response.getHeaders().set("X-Accel-Buffering", "no");
        ServerHttpResponseDecorator.<HttpServerResponse>getNativeResponse(response)
                .withConnection(connection ->
                        connection.addHandlerLast("rowhouse.unread", new WriteTimeoutHandler(UNREAD_SECONDS)));
        var buffers = response.bufferFactory();
        return response.writeAndFlushWith(
                parts.map(frames -> Flux.fromIterable(frames).map(buffers::wrap)));
    }

    private static void requireStream(ServerWebExchange exchange) {
        var request = exchange.getRequest();
        if (!request.getMethod().equals(HttpMethod.GET)) {
            throw Problem.of(ProblemType.METHOD_NOT_ALLOWED, "the method is not allowed here")
                    .withHeader(HttpHeaders.ALLOW, "GET");
        }
        var accept = request.getHeaders().getAccept();
        if (!accept.isEmpty() && accept.stream().noneMatch(MediaType.TEXT_EVENT_STREAM::isCompatibleWith)) {
            throw Problem.of(ProblemType.NOT_ACCEPTABLE, "events come as " + MediaType.TEXT_EVENT_STREAM);
        }
    }

    private static Problem told(ShardError.Refused refused, CallerClass callerClass) {
        var problem = SqlStates.answer(refused);
        return callerClass == CallerClass.ANON ? SqlStates.toAnonymous(problem) : problem;
    }
}
