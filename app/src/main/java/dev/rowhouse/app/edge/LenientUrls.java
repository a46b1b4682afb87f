package dev.rowhouse.app.edge;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import java.util.HexFormat;

/**
 * Escapes what people leave unescaped in URLs, such as {@code select=data->>name} or a lone {@code %}, as browsers do. The
 * server would answer such a request with 400 before anything of ours sees it.
 */
@Sharable
public final class LenientUrls extends ChannelInboundHandlerAdapter {

    static final LenientUrls INSTANCE = new LenientUrls();

    private static final String UNSAFE = "\"<>\\^`{|}[]#";
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private LenientUrls() {}

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            var url = request.uri();
            var escaped = escaped(url);
            if (!escaped.equals(url)) {
                request.setUri(escaped);
            }
        }
        context.fireChannelRead(message);
    }

    /** Returns {@code url} itself where nothing is to be escaped. A character is one byte, as it came. */
    public static String escaped(String url) {
        for (var i = 0; i < url.length(); i++) {
            if (isUnsafe(url, i)) {
                return escapedFrom(url, i);
            }
        }
        return url;
    }

    private static String escapedFrom(String url, int first) {
        var escaped = new StringBuilder(url.length() + 16).append(url, 0, first);
        for (var i = first; i < url.length(); i++) {
            if (isUnsafe(url, i)) {
                escaped.append('%').append(HEX.toHexDigits((byte) url.charAt(i)));
            } else {
                escaped.append(url.charAt(i));
            }
        }
        return escaped.toString();
    }

    private static boolean isUnsafe(String url, int at) {
        var character = url.charAt(at);
        if (character == '%') {
            return at + 2 >= url.length()
                    || !HexFormat.isHexDigit(url.charAt(at + 1))
                    || !HexFormat.isHexDigit(url.charAt(at + 2));
        }
        return character <= ' ' || character >= 0x7f || UNSAFE.indexOf(character) >= 0;
    }
}
