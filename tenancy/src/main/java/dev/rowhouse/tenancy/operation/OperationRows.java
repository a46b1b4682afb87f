package dev.rowhouse.tenancy.operation;

import dev.rowhouse.tenancy.Actor;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.TenantId;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Operations and their steps as one row each: the steps come as a JSON array. */
final class OperationRows {

    static final String SELECT = """
            SELECT o.id, o.type, o.tenant, o.slug, o.state, o.compensating, o.input::text AS input,
                   o.result::text AS result, o.error, o.actor, o.created_at, o.updated_at,
                   (SELECT jsonb_agg(jsonb_build_object(
                               'name', s.name, 'state', s.state, 'attempts', s.attempts, 'error', s.error,
                               'startedAt', extract(epoch FROM s.started_at) * 1000000,
                               'endedAt', extract(epoch FROM s.ended_at) * 1000000) ORDER BY s.position)::text
                    FROM operation_step s WHERE s.operation = o.id) AS steps
            FROM operation o
            """;

    private static final TypeReference<Map<String, Object>> MEMBERS = new TypeReference<>() {};
    private static final TypeReference<List<StepRow>> STEPS = new TypeReference<>() {};
    private static final long MICROS = 1_000_000;

    private record StepRow(
            String name,
            String state,
            int attempts,
            @Nullable String error,
            @Nullable Double startedAt,
            @Nullable Double endedAt) {

        Operation.Step step() {
            return new Operation.Step(
                    name, Operation.State.of(state), attempts, instant(startedAt), instant(endedAt), error);
        }

        private static @Nullable Instant instant(@Nullable Double micros) {
            if (micros == null) {
                return null;
            }
            var whole = micros.longValue();
            return Instant.ofEpochSecond(whole / MICROS, whole % MICROS * 1_000);
        }
    }

    private OperationRows() {}

    static Operation operation(Readable row) {
        return new Operation(
                required(row, "id", UUID.class),
                required(row, "type", String.class),
                subject(row),
                Operation.State.of(required(row, "state", String.class)),
                steps(row),
                members(required(row, "result", String.class)),
                row.get("error", String.class),
                new Actor(required(row, "actor", String.class)),
                required(row, "created_at", Instant.class),
                required(row, "updated_at", Instant.class));
    }

    /** Returns an operation to be gone on with, with what its steps have come to. */
    static Unfinished unfinished(Readable row) {
        var compensating = required(row, "compensating", Boolean.class);
        var run = new OperationRun(
                required(row, "id", UUID.class),
                required(row, "type", String.class),
                subject(row),
                members(required(row, "input", String.class)),
                new Actor(required(row, "actor", String.class)),
                compensating ? row.get("error", String.class) : null);
        return new Unfinished(run, compensating, steps(row));
    }

    private static @Nullable OperationSubject subject(Readable row) {
        var tenant = row.get("tenant", UUID.class);
        return tenant == null
                ? null
                : new OperationSubject(new TenantId(tenant), new Slug(required(row, "slug", String.class)));
    }

    static String json(Map<String, Object> members) {
        return JsonMapper.shared().writeValueAsString(members);
    }

    private static Map<String, Object> members(String json) {
        return JsonMapper.shared().readValue(json, MEMBERS);
    }

    private static List<Operation.Step> steps(Readable row) {
        var json = row.get("steps", String.class);
        return json == null
                ? List.of()
                : JsonMapper.shared().readValue(json, STEPS).stream()
                        .map(StepRow::step)
                        .toList();
    }

    private static <T> T required(Readable row, String column, Class<T> type) {
        return Objects.requireNonNull(row.get(column, type), column);
    }
}
