package dev.rowhouse.platform.postgres;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.r2dbc.postgresql.client.EncodedParameter;
import io.r2dbc.postgresql.codec.Codec;
import io.r2dbc.postgresql.codec.PostgresqlObjectId;
import io.r2dbc.postgresql.extension.CodecRegistrar;
import io.r2dbc.postgresql.message.Format;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Lets a column of type text be taken as the bytes that came, as the driver itself does only with JSON. */
final class TextBytes<T> implements Codec<T> {

    private static final int TEXT = PostgresqlObjectId.TEXT.getObjectId();

    private final Class<T> form;
    private final Function<ByteBuf, T> taken;

    private TextBytes(Class<T> form, Function<ByteBuf, T> taken) {
        this.form = form;
        this.taken = taken;
    }

    /** Returns what makes connections give text as {@code ByteBuf}, which the taker releases, and as {@code byte[]}. */
    static CodecRegistrar registrar() {
        var buffers = new TextBytes<>(ByteBuf.class, value -> value.readRetainedSlice(value.readableBytes()));
        var arrays = new TextBytes<>(byte[].class, ByteBufUtil::getBytes);
        return (_, _, registry) -> {
            registry.addLast(buffers);
            registry.addLast(arrays);
            return Mono.empty();
        };
    }

    @Override
    public boolean canDecode(int dataType, Format format, Class<?> type) {
        return dataType == TEXT && type == form;
    }

    @Override
    public @Nullable T decode(@Nullable ByteBuf value, int dataType, Format format, Class<? extends T> type) {
        return value == null ? null : taken.apply(value);
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
