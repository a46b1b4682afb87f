package dev.rowhouse.platform.postgres;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.r2dbc.postgresql.client.EncodedParameter;
import io.r2dbc.postgresql.codec.Codec;
import io.r2dbc.postgresql.codec.PostgresqlObjectId;
import io.r2dbc.postgresql.extension.CodecRegistrar;
import io.r2dbc.postgresql.message.Format;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Lets a column of type text be taken as the bytes that came, as the driver itself does only with JSON. */
final class TextBytes implements Codec<Object> {

    private static final int TEXT = PostgresqlObjectId.TEXT.getObjectId();

    private TextBytes() {}

    /** Returns what makes connections give text as {@code ByteBuf}, which the taker releases, and as {@code byte[]}. */
    static CodecRegistrar registrar() {
        // One for both: with each codec more, each new connection looks once more for that of every type.
        var codec = new TextBytes();
        return (_, _, registry) -> {
            registry.addLast(codec);
            return Mono.empty();
        };
    }

    @Override
    public boolean canDecode(int dataType, Format format, Class<?> type) {
        return dataType == TEXT && (type == ByteBuf.class || type == byte[].class);
    }

    @Override
    public @Nullable Object decode(@Nullable ByteBuf value, int dataType, Format format, Class<?> type) {
        if (value == null) {
            return null;
        }
        return type == byte[].class ? ByteBufUtil.getBytes(value) : value.readRetainedSlice(value.readableBytes());
    }

    @Override
    public boolean canEncode(Object value) {
        return false;
    }

    @Override
    public boolean canEncodeNull(Class<?> type) {
        return false;
    }

    @Override
    public EncodedParameter encode(Object value) {
        return encodeNull();
    }

    @Override
    public EncodedParameter encode(Object value, int dataType) {
        return encodeNull();
    }

    @Override
    public EncodedParameter encodeNull() {
        throw new UnsupportedOperationException("values are bound as text");
    }
}
