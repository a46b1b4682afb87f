package dev.rowhouse.tenancy.usage;

import dev.rowhouse.platform.messaging.EventHandler;
import dev.rowhouse.platform.messaging.Successor;
import dev.rowhouse.tenancy.operation.OperationRun;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A generation of a projection that an operation makes, to take the place of the live one. */
record Generation(Projection projection, ProjectionRows rows, OperationRun run, long live, long number)
        implements Successor<Map<String, Object>> {

    static String consumer(OperationRun run) {
        return "rebuild-" + run.id();
    }

    @Override
    public String consumer() {
        return consumer(run);
    }

    @Override
    public EventHandler handler(@Nullable Instant expiredBefore) {
        var since = since(expiredBefore);
        return events -> rows.guard(projection.name(), number).then(projection.take(events, number, since));
    }

    @Override
    public Mono<Map<String, Object>> takeOver(@Nullable Instant expiredBefore) {
        var since = since(expiredBefore);
        return rows.hold()
                .then(Mono.defer(() -> projection.complete(number, live, since)))
                .then(Mono.defer(() -> projection.compare(live, number)))
                .map(comparison -> result(comparison, since))
                .delayUntil(result -> rows.swap(projection.name(), run.id(), number, result));
    }

    private Map<String, Object> result(Comparison comparison, @Nullable LocalDate since) {
        var result = new LinkedHashMap<String, Object>();
        result.put("projection", projection.name());
        result.put("generation", number);
        result.put("rows", comparison.rows());
        result.put("different", comparison.different());
        result.put("equal", comparison.different() == 0);
        if (!comparison.examples().isEmpty()) {
            result.put("examples", comparison.examples());
        }
        if (since != null) {
            result.put("taken_over_before", since.toString());
        }
        return result;
    }

    // On the day of the last expired event, others of that day may be there still.
    private static @Nullable LocalDate since(@Nullable Instant expiredBefore) {
        return expiredBefore == null
                ? null
                : LocalDate.ofInstant(expiredBefore, ZoneOffset.UTC).plusDays(1);
    }
}
