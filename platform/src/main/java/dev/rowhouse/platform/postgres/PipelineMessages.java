package dev.rowhouse.platform.postgres;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.r2dbc.postgresql.message.frontend.FrontendMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * The messages of one group, written into one buffer (PostgreSQL documentation, 54.7). The portal is always the unnamed one;
 * types of parameters are inferred, values and results are text.
 */
final class PipelineMessages implements FrontendMessage {

    private static final int NONE = 0;
    private static final int NULL = -1;

    private final List<Encoder> messages = new ArrayList<>();

    @FunctionalInterface
    private interface Encoder {
        void writeTo(ByteBuf buffer);
    }

    void parse(String statement, String sql) {
        messages.add(buffer -> message(buffer, 'P', body -> {
            text(body, statement);
            text(body, sql);
            body.writeShort(NONE);
        }));
    }

    void bindAndExecute(String statement, List<@Nullable String> values) {
        messages.add(buffer -> {
            message(buffer, 'B', body -> {
                text(body, "");
                text(body, statement);
                body.writeShort(NONE);
                body.writeShort(values.size());
                values.forEach(value -> value(body, value));
                body.writeShort(NONE);
            });
            message(buffer, 'E', body -> {
                text(body, "");
                body.writeInt(NONE);
            });
        });
    }

    void close(String statement) {
        messages.add(buffer -> message(buffer, 'C', body -> {
            body.writeByte('S');
            text(body, statement);
        }));
    }

    void sync() {
        messages.add(buffer -> message(buffer, 'S', _ -> {}));
    }

    @Override
    public Publisher<ByteBuf> encode(ByteBufAllocator allocator) {
        return Mono.fromSupplier(() -> {
            var buffer = allocator.ioBuffer();
            messages.forEach(message -> message.writeTo(buffer));
            return buffer;
        });
    }

    private static void message(ByteBuf buffer, char type, Encoder body) {
        buffer.writeByte(type);
        var start = buffer.writerIndex();
        buffer.writeInt(NONE);
        body.writeTo(buffer);
        buffer.setInt(start, buffer.writerIndex() - start);
    }

    private static void text(ByteBuf buffer, String text) {
        ByteBufUtil.writeUtf8(buffer, text);
        buffer.writeByte(NONE);
    }

    private static void value(ByteBuf buffer, @Nullable String value) {
        if (value == null) {
            buffer.writeInt(NULL);
        } else {
            buffer.writeInt(ByteBufUtil.utf8Bytes(value));
            ByteBufUtil.writeUtf8(buffer, value);
        }
    }
}
