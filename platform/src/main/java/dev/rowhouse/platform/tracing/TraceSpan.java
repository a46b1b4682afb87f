package dev.rowhouse.platform.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** A timed part of a trace, or {@link #NONE} where nobody looks. */
public final class TraceSpan {

    /** Of what is not sampled: takes everything and tells nothing. */
    public static final TraceSpan NONE = new TraceSpan(Span.getInvalid());

    private static final Class<TraceSpan> KEY = TraceSpan.class;

    private final Span span;

    TraceSpan(Span span) {
        this.span = span;
    }

    static TraceSpan in(ContextView context) {
        return context.hasKey(KEY) ? context.get(KEY) : NONE;
    }

    /** Returns the context with this as what further spans belong to. */
    public Context within(Context context) {
        return context.put(KEY, this);
    }

    /** Says whether the trace is recorded. */
    public boolean isSampled() {
        return span.getSpanContext().isSampled();
    }

    /** Returns it as the W3C's {@code traceparent} tells it. */
    public String traceparent() {
        var context = span.getSpanContext();
        return "00-" + context.getTraceId() + "-" + context.getSpanId() + "-"
                + context.getTraceFlags().asHex();
    }

    public TraceSpan name(String name) {
        span.updateName(name);
        return this;
    }

    /** Tells a property of the work; never a value out of a request or a row. */
    public TraceSpan tell(String name, String value) {
        span.setAttribute(name, value);
        return this;
    }

    public TraceSpan tell(String name, long value) {
        span.setAttribute(name, value);
        return this;
    }

    /** Tells that the work failed. */
    public TraceSpan failed() {
        span.setStatus(StatusCode.ERROR);
        return this;
    }

    /** Tells what kind of failure ended the work. Its message may hold values, so that stays out. */
    TraceSpan failed(Throwable failure) {
        return failed().tell("error.type", failure.getClass().getName());
    }

    /** Does {@code work}, which must not wait, so that what it measures has this trace as its example. */
    public void during(Runnable work) {
        try (var _ = span.makeCurrent()) {
            work.run();
        }
    }

    public void end() {
        span.end();
    }

    Span span() {
        return span;
    }
}
