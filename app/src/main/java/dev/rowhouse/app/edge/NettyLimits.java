package dev.rowhouse.app.edge;

import dev.rowhouse.app.problem.ProblemRenderer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/**
 * How long a connection may be idle, a request silent or slow, and an answer untaken; in what order requests are
 * looked at where many come at once; and URLs as clients write them.
 *
 * <p>Netty's limits of size are set in {@code application.yaml}, above those of {@link LimitsFilter}, so that its problem
 * documents answer first.
 */
public final class NettyLimits implements NettyServerCustomizer {

    private static final String UNTAKEN = "rowhouse.untaken";
    private static final Duration IDLE = Duration.ofSeconds(60);
    private static final Duration SILENCE_IN_REQUEST = Duration.ofSeconds(10);
    private static final Duration WINDOW = Duration.ofSeconds(30);
    private static final int LEAST_IN_WINDOW = 30 * 1024;

    /** With the time between two looks it makes 30 s. */
    private static final Duration UNTAKEN_ANSWER = Duration.ofSeconds(25);

    private final RecentRefusals refusals;
    private final Function<HttpRequest, @Nullable FullHttpResponse> answers;
    private final ProblemResponses responses;
    private final MalformedRequests malformed;
    private final Duration untakenAnswer;

    /** @param answers gives the whole answer to a request, or null where somebody has to look at it */
    public NettyLimits(
            RecentRefusals refusals,
            Function<HttpRequest, @Nullable FullHttpResponse> answers,
            ProblemRenderer renderer) {
        this(refusals, answers, renderer, UNTAKEN_ANSWER);
    }

    NettyLimits(
            RecentRefusals refusals,
            Function<HttpRequest, @Nullable FullHttpResponse> answers,
            ProblemRenderer renderer,
            Duration untakenAnswer) {
        this.refusals = refusals;
        this.answers = answers;
        this.responses = new ProblemResponses(renderer);
        this.malformed = new MalformedRequests(responses);
        this.untakenAnswer = untakenAnswer;
    }

    @Override
    public HttpServer apply(HttpServer server) {
        return limited(server)
                .doOnChannelInit((_, channel, _) -> channel.pipeline()
                        .addFirst("rowhouse.lobby", new Lobby())
                        .addBefore(
                                NettyPipeline.HttpTrafficHandler,
                                "rowhouse.early",
                                new EarlyAnswers(refusals, responses, answers)));
    }

    /** Returns the same for the port of operators' tools, where nobody is answered early, since no tenant's request comes there. */
    public NettyServerCustomizer ofOperators() {
        return this::limited;
    }

    private HttpServer limited(HttpServer server) {
        return server.idleTimeout(IDLE).doOnChannelInit((_, channel, _) -> {
            // Where one port is for both, both ask for it.
            if (channel.pipeline().get(UNTAKEN) == null) {
                limit(channel.pipeline());
            }
        });
    }

    private void limit(ChannelPipeline pipeline) {
        pipeline.addFirst(UNTAKEN, new UntakenAnswers(untakenAnswer))
                .addBefore(
                        NettyPipeline.HttpTrafficHandler,
                        "rowhouse.silent",
                        new SilentRequests(SILENCE_IN_REQUEST, WINDOW, LEAST_IN_WINDOW))
                .addBefore(NettyPipeline.HttpTrafficHandler, "rowhouse.read-on", ReadOn.INSTANCE)
                .addBefore(NettyPipeline.HttpTrafficHandler, "rowhouse.malformed", malformed)
                .addBefore(NettyPipeline.HttpTrafficHandler, "rowhouse.urls", LenientUrls.INSTANCE);
    }
}
