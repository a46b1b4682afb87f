package dev.rowhouse.tenancy.watch;

import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.database.Database;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Mono;

/** What the control database tells of the fleet: tenants, houses, operations, dead letters; and whether it answers. */
public final class FleetMeters {

    private static final Duration LOOK = Duration.ofSeconds(15);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    // One statement: what it tells is of one moment, and costs one connection. The ids of operations begin with their
    // time.
    private static final String FIGURES = """
            SELECT 'houses' AS figure, s.name AS a, 'ready' AS b, count(h.id)::float8 AS value FROM shard s
              LEFT JOIN house h ON h.shard = s.name AND h.state = 'ready' AND h.tenant IS NULL
            WHERE s.forgotten_at IS NULL GROUP BY s.name
            UNION ALL SELECT 'wanted', s.name, '', CASE WHEN s.draining THEN 0 ELSE :warm * b.blueprints END FROM shard s,
              (SELECT count(DISTINCT blueprint) AS blueprints FROM blueprint_version) b WHERE s.forgotten_at IS NULL
            UNION ALL SELECT 'houses', shard, state, count(*) FROM house
              WHERE state IN ('building', 'removing') GROUP BY shard, state
            UNION ALL SELECT 'tenants', state, '', count(*) FROM tenant GROUP BY state
            UNION ALL SELECT 'operations', type, state, count(*) FROM operation
              WHERE id > (lpad(to_hex((extract(epoch FROM now() - interval '1 hour') * 1000)::bigint), 12, '0')
                || '70008000000000000000')::uuid GROUP BY type, state
            UNION ALL SELECT 'oldest', '', '', coalesce(extract(epoch FROM now() - min(created_at)), 0) FROM operation
              WHERE state IN ('queued', 'running')
            UNION ALL SELECT 'letters', consumer, reason, count(*) FROM dead_letter GROUP BY consumer, reason""";

    private record Figure(String name, String a, String b, double value) {

        static Figure of(Readable row) {
            return new Figure(
                    text(row, "figure"),
                    text(row, "a"),
                    text(row, "b"),
                    Objects.requireNonNull(row.get("value", Double.class)));
        }

        private static String text(Readable row, String column) {
            return Objects.requireNonNull(row.get(column, String.class));
        }
    }

    /** What figures are shown as, and by which labels; a second label that is empty there is none. */
    private record Shown(String metric, String description, String a, String b) {}

    private static final Map<String, Shown> SHOWN = Map.of(
            "houses", new Shown("rowhouse.warm.houses", "empty houses, by how far they are", "shard", "state"),
            "wanted", new Shown("rowhouse.warm.houses.wanted", "empty houses that are to be ready", "shard", ""),
            "tenants", new Shown("rowhouse.tenants", "tenants, by their state", "state", ""),
            "operations",
                    new Shown(
                            "rowhouse.operations",
                            "operations that were begun within the last hour, by how far they are",
                            "type",
                            "state"),
            "letters",
                    new Shown("rowhouse.dead.letters", "events that a consumer could not take", "consumer", "reason"));

    private record Place(String name, String a, String b) {}

    private static final Place OLDEST = new Place("oldest", "", "");

    private final Database control;
    private final MeterRegistry meters;
    private final int warmHouses;
    // What was seen once stays as a zero: a gauge that comes and goes can not be told from an instance that does.
    private final Map<Place, Double> values = new ConcurrentHashMap<>();
    private volatile boolean up = true;
    private volatile double oldest;

    /** @param warmHouses that are kept ready per shard and blueprint */
    public FleetMeters(Database control, MeterRegistry meters, int warmHouses) {
        this.control = control;
        this.meters = meters;
        this.warmHouses = warmHouses;
        Gauge.builder("rowhouse.operations.oldest.seconds", () -> oldest)
                .description("age of the oldest operation that is not at its end")
                .register(meters);
        Gauge.builder("rowhouse.control.up", () -> up ? 1 : 0)
                .description("1 while the control database answers this process")
                .register(meters);
    }

    /** Begins to look. */
    public void start(BackgroundWork background) {
        background.repeat("looking at the fleet", LOOK, Mono.defer(this::look));
    }

    /** Looks once; what was seen before stays while the control database does not answer. */
    Mono<Void> look() {
        return control.client()
                .sql(FIGURES)
                .bind("warm", warmHouses)
                .map(Figure::of)
                .all()
                .collectList()
                .timeout(PATIENCE)
                .doOnNext(this::take)
                .doOnError(_ -> up = false)
                .then();
    }

    private void take(List<Figure> figures) {
        up = true;
        var now = new HashMap<Place, Double>();
        figures.forEach(figure -> now.put(new Place(figure.name(), figure.a(), figure.b()), figure.value()));
        oldest = Objects.requireNonNullElse(now.remove(OLDEST), 0.0);
        values.replaceAll((place, _) -> now.getOrDefault(place, 0.0));
        now.forEach(this::take);
    }

    private void take(Place place, double value) {
        values.put(place, value);
        var shown = Objects.requireNonNull(SHOWN.get(place.name()));
        var tags = shown.b().isEmpty()
                ? Tags.of(shown.a(), place.a())
                : Tags.of(shown.a(), place.a(), shown.b(), place.b());
        // Asked each time: those of a shard that was forgotten and came back were removed meanwhile.
        if (meters.find(shown.metric()).tags(tags).gauge() == null) {
            Gauge.builder(shown.metric(), () -> values.getOrDefault(place, 0.0))
                    .description(shown.description())
                    .tags(tags)
                    .register(meters);
        }
    }
}
