package dev.rowhouse.app.telemetry;

import io.opentelemetry.api.trace.Span;
import io.prometheus.metrics.tracer.common.SpanContext;
import org.jspecify.annotations.Nullable;

/** Tells Prometheus' metrics which trace is an example of what they measure. */
public final class SampledTraces implements SpanContext {

    @Override
    public @Nullable String getCurrentTraceId() {
        var context = Span.current().getSpanContext();
        return context.isValid() ? context.getTraceId() : null;
    }

    @Override
    public @Nullable String getCurrentSpanId() {
        var context = Span.current().getSpanContext();
        return context.isValid() ? context.getSpanId() : null;
    }

    @Override
    public boolean isCurrentSpanSampled() {
        return Span.current().getSpanContext().isSampled();
    }

    @Override
    public void markCurrentSpanAsExemplar() {
        // The request's line in the log tells of every sampled trace, examples or not.
    }
}
