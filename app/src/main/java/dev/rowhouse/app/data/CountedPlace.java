package dev.rowhouse.app.data;

import dev.rowhouse.app.data.limits.Passage;
import dev.rowhouse.app.data.limits.Place;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.telemetry.RequestMeters;
import dev.rowhouse.tenancy.usage.Tally;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Mono;

/** A request's place, of which the tenant's usage tells what became. */
final class CountedPlace implements Place {

    private final Place place;
    private final Tally tally;
    private final RequestMeters meters;
    private final Runnable refusal;
    private volatile boolean refused;

    /** @param refusal learns that there was no place */
    CountedPlace(Place place, Tally tally, RequestMeters meters, Runnable refusal) {
        this.place = place;
        this.tally = tally;
        this.meters = meters;
        this.refusal = refusal;
    }

    /** Counts an answer with an error of ours; its status is known at the end, however it came about. */
    void watch(ServerHttpResponse response) {
        response.beforeCommit(() -> {
            var status = response.getStatusCode();
            if (status != null && status.is5xxServerError() && !refused) {
                tally.failed();
            }
            return Mono.empty();
        });
    }

    @Override
    public Passage take() {
        try {
            return withoutWord().take();
        } catch (Problem problem) {
            refusal.run();
            throw problem;
        }
    }

    /** Returns the place for work that others like it may be spared: that there was none says nothing of them. */
    Place withoutWord() {
        return () -> {
            try {
                return place.take();
            } catch (Problem problem) {
                refused = true;
                tally.refused();
                meters.refused(problem.type().code());
                throw problem;
            }
        };
    }
}
