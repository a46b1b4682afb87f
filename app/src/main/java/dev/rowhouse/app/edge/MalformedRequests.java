package dev.rowhouse.app.edge;

import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * Answers what is not HTTP, or far beyond the limits of size, with a problem document. Such a request never reaches a filter,
 * and the server would answer it with a bare status.
 */
@Sharable
final class MalformedRequests extends ChannelInboundHandlerAdapter {

    private final ProblemResponses responses;

    MalformedRequests(ProblemResponses responses) {
        this.responses = responses;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var problem = message instanceof HttpRequest request ? problemOf(request) : null;
        if (problem == null) {
            context.fireChannelRead(message);
        } else {
            ReferenceCountUtil.release(message);
            refuse(context, problem);
        }
    }

    private static @Nullable Problem problemOf(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return problemOf(request.decoderResult().cause());
        }
        if (request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            return null;
        }
        if (!request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            return notHttp();
        }
        return isOneHost(request.headers().getAll(HttpHeaders.HOST))
                ? null
                : Problem.of(ProblemType.INVALID_REQUEST, "Host is missing, repeated or no host");
    }

    private static boolean isOneHost(List<String> hosts) {
        return hosts.size() == 1 && hosts.getFirst().indexOf(' ') < 0;
    }

    private static Problem notHttp() {
        return Problem.of(ProblemType.INVALID_REQUEST, "the request is not HTTP/1.1");
    }

    private void refuse(ChannelHandlerContext context, Problem problem) {
        var response = responses.of(problem, null, null);
        response.headers().set(HttpHeaders.CONNECTION, "close");
        context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    private static Problem problemOf(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException _ -> LimitsFilter.urlTooLong();
            case TooLongHttpHeaderException _ ->
                Problem.of(
                        ProblemType.HEADERS_TOO_LARGE,
                        "the headers are larger than " + LimitsFilter.MAX_HEADERS_SIZE + " bytes");
            default -> notHttp();
        };
    }
}
