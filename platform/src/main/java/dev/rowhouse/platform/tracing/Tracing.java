package dev.rowhouse.platform.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Records traces and sends them in batches, or does nothing at all. */
public final class Tracing implements AutoCloseable {

    private static final String SCOPE = "dev.rowhouse";
    private static final Duration EXPORT_WITHIN = Duration.ofSeconds(5);
    private static final Duration BATCH_EVERY = Duration.ofSeconds(1);
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);
    private static final int LONGEST_TEXT = 4_096;
    // Beyond that, spans are dropped and not waited for.
    private static final int MOST_WAITING = 4_096;

    // 00-{trace id}-{span id}-{flags}
    private static final int TRACE_ID = 3;
    private static final int SPAN_ID = 36;
    private static final int FLAGS = 53;
    private static final int LENGTH = 55;

    private static final Tracing OFF = new Tracing(null);

    private final @Nullable SdkTracerProvider provider;
    private final @Nullable Tracer tracer;

    private Tracing(@Nullable SdkTracerProvider provider) {
        this.provider = provider;
        this.tracer = provider == null ? null : provider.get(SCOPE);
    }

    /** Returns what records nothing, at no cost. */
    public static Tracing off() {
        return OFF;
    }

    /** Returns what records as the settings say; an endpoint that is away costs spans, and nothing else. */
    public static Tracing to(TracingSettings settings, String service) {
        var exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint(settings.endpoint().toString())
                .setTimeout(EXPORT_WITHIN);
        settings.headers().forEach(exporter::addHeader);
        return new Tracing(SdkTracerProvider.builder()
                .setResource(Resource.getDefault()
                        .merge(Resource.builder()
                                .put(AttributeKey.stringKey("service.name"), service)
                                .build()))
                .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(settings.ratio())))
                .setSpanLimits(SpanLimits.builder()
                        .setMaxAttributeValueLength(LONGEST_TEXT)
                        .build())
                .addSpanProcessor(BatchSpanProcessor.builder(exporter.build())
                        .setScheduleDelay(BATCH_EVERY)
                        .setMaxQueueSize(MOST_WAITING)
                        .build())
                .build());
    }

    public boolean isOn() {
        return tracer != null;
    }

    /**
     * Begins the span of a request. It has its ids, also if it is not sampled; whoever begins it ends it.
     *
     * @param traceparent valid, as it came with the request, or null for a trace that begins here
     */
    public TraceSpan request(@Nullable String traceparent) {
        return tracer == null
                ? TraceSpan.NONE
                : new TraceSpan(tracer.spanBuilder("request")
                        .setSpanKind(SpanKind.SERVER)
                        .setParent(traceparent == null ? Context.root() : parent(traceparent))
                        .startSpan());
    }

    /** Emits what {@code work} does, with a span of it where the request has one. */
    public <T> Flux<T> flux(String name, Function<TraceSpan, Flux<T>> work) {
        return tracer == null
                ? work.apply(TraceSpan.NONE)
                : Flux.deferContextual(context -> {
                    var parent = TraceSpan.in(context);
                    if (!parent.isSampled()) {
                        return work.apply(TraceSpan.NONE);
                    }
                    var span = child(tracer, name, parent);
                    return work.apply(span)
                            .contextWrite(span::within)
                            .doOnError(span::failed)
                            .doFinally(_ -> span.end());
                });
    }

    /** Does the same for one. */
    public <T> Mono<T> mono(String name, Function<TraceSpan, Mono<T>> work) {
        return tracer == null
                ? work.apply(TraceSpan.NONE)
                : flux(name, span -> work.apply(span).flux()).singleOrEmpty();
    }

    /** Tells of an event that was published, in the trace of the request that made it. */
    public void published(String topic, String traceparent, Instant begun) {
        if (tracer == null || traceparent.length() != LENGTH || !isSampled(traceparent)) {
            return;
        }
        tracer.spanBuilder("publish " + topic)
                .setSpanKind(SpanKind.PRODUCER)
                .setParent(parent(traceparent))
                .setStartTimestamp(begun)
                .setAttribute("messaging.system", "kafka")
                .setAttribute("messaging.destination.name", topic)
                .startSpan()
                .end();
    }

    private static TraceSpan child(Tracer tracer, String name, TraceSpan parent) {
        return new TraceSpan(tracer.spanBuilder(name)
                .setSpanKind(SpanKind.CLIENT)
                .setParent(Context.root().with(parent.span()))
                .startSpan());
    }

    private static boolean isSampled(String traceparent) {
        return TraceFlags.fromHex(traceparent, FLAGS).isSampled();
    }

    private static Context parent(String traceparent) {
        var context = SpanContext.createFromRemoteParent(
                traceparent.substring(TRACE_ID, TRACE_ID + 32),
                traceparent.substring(SPAN_ID, SPAN_ID + 16),
                TraceFlags.fromHex(traceparent, FLAGS),
                TraceState.getDefault());
        return Context.root().with(Span.wrap(context));
    }

    /** Sends what is still to be sent, within a bound. */
    @Override
    public void close() {
        if (provider != null) {
            provider.shutdown().join(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
