package dev.rowhouse.app.edge;

import dev.rowhouse.app.telemetry.EndedRequests;
import dev.rowhouse.app.telemetry.RequestNotes;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/** Answers of {@link RecentAnswers}, with the ids, the metrics and the trace that every request has. */
public final class AnswersAgain {

    private static final String METHOD = "GET";

    private final RecentAnswers recent;
    private final TraceFilter traces;
    private final LastAnswers last;
    private final EndedRequests ended;

    public AnswersAgain(RecentAnswers recent, TraceFilter traces, LastAnswers last, EndedRequests ended) {
        this.recent = recent;
        this.traces = traces;
        this.last = last;
        this.ended = ended;
    }

    /** Returns the answer, or null where somebody has to look at the request. */
    public @Nullable FullHttpResponse of(HttpRequest request) {
        // One that closes its connection is the filters' matter.
        if (last.isBegun()) {
            return null;
        }
        var began = System.nanoTime();
        var answer = recent.find(request);
        if (answer == null) {
            return null;
        }
        var response = answer.response();
        var trace = traces.begin(request.headers().get(TraceFilter.TRACEPARENT));
        response.headers()
                .set(TraceFilter.TRACEPARENT, trace.traceparent())
                .set(
                        TraceFilter.REQUEST_ID,
                        TraceFilter.requestId(request.headers().get(TraceFilter.REQUEST_ID)));
        var notes =
                RequestNotes.ofKept(trace.traceparent(), trace.span(), answer.tenant(), answer.plan(), answer.route());
        ended.answered(notes, METHOD, response.status().code(), System.nanoTime() - began);
        return response;
    }
}
