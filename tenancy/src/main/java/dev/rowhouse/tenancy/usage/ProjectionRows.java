package dev.rowhouse.tenancy.usage;

import dev.rowhouse.platform.database.Database;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import reactor.core.publisher.Mono;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The table of projections, and what the statements of all of them have in common. */
final class ProjectionRows {

    private static final TypeReference<Map<String, Object>> MEMBERS = new TypeReference<>() {};
    private static final TypeReference<List<Map<String, Object>>> EXAMPLES = new TypeReference<>() {};

    // Whoever writes what is not of events shares it; who swaps generations has it alone.
    private static final String SHARE = "SELECT pg_advisory_xact_lock_shared(7243)";
    private static final String HOLD = "SELECT pg_advisory_xact_lock(7243)";

    private static final String FIND = """
            SELECT generation, rebuilding, operation, result::text AS result FROM projection WHERE name = :name""";

    private static final String BEGIN = """
            UPDATE projection SET rebuilding = nextval('projection_generation'), operation = :operation, result = NULL
            WHERE name = :name AND rebuilding IS NULL""";

    // Until it is committed the projection is not swapped: a generation that is read takes nothing from a rebuild.
    private static final String GUARD = """
            SELECT 1 FROM projection WHERE name = :name AND rebuilding = :generation FOR SHARE""";

    private static final String SWAP = """
            UPDATE projection SET generation = rebuilding, rebuilding = NULL, result = :result::jsonb
            WHERE name = :name AND operation = :operation AND rebuilding = :generation""";

    private static final String GIVE_UP = """
            UPDATE projection SET rebuilding = NULL, operation = NULL
            WHERE name = :name AND operation = :operation AND rebuilding IS NOT NULL""";

    private final Database control;

    /**
     * A projection as it stands.
     *
     * @param rebuilding the generation that is being made; null for none
     * @param operation which made, or makes, the last one
     * @param result what it came to; null until then
     */
    record State(
            long generation,
            @Nullable Long rebuilding,
            @Nullable UUID operation,
            @Nullable Map<String, Object> result) {}

    ProjectionRows(Database control) {
        this.control = control;
    }

    static Mono<Void> share(Database control) {
        return control.client().sql(SHARE).then();
    }

    Mono<Void> hold() {
        return control.client().sql(HOLD).then();
    }

    Mono<State> find(String name) {
        return control.client()
                .sql(FIND)
                .bind("name", name)
                .map(ProjectionRows::state)
                .one();
    }

    /** Emits whether it begins: not while another rebuild goes on. */
    Mono<Boolean> begin(String name, UUID operation) {
        return changed(control.client().sql(BEGIN).bind("name", name).bind("operation", operation));
    }

    /** Fails if the generation is not being made any more. */
    Mono<Void> guard(String name, long generation) {
        return control.client()
                .sql(GUARD)
                .bind("name", name)
                .bind("generation", generation)
                .fetch()
                .first()
                .switchIfEmpty(Mono.error(() -> new RebuildEnded(name, generation)))
                .then();
    }

    Mono<Void> swap(String name, UUID operation, long generation, Map<String, Object> result) {
        return changed(control.client()
                        .sql(SWAP)
                        .bind("name", name)
                        .bind("operation", operation)
                        .bind("generation", generation)
                        .bind("result", JsonMapper.shared().writeValueAsString(result)))
                .filter(swapped -> swapped)
                .switchIfEmpty(Mono.error(() -> new RebuildEnded(name, generation)))
                .then();
    }

    Mono<Void> giveUp(String name, UUID operation) {
        return control.client()
                .sql(GIVE_UP)
                .bind("name", name)
                .bind("operation", operation)
                .then();
    }

    static Comparison comparison(Readable row) {
        var examples = row.get("examples", String.class);
        return new Comparison(
                required(row, "rows", Long.class),
                required(row, "different", Long.class),
                examples == null ? List.of() : JsonMapper.shared().readValue(examples, EXAMPLES));
    }

    private static Mono<Boolean> changed(GenericExecuteSpec statement) {
        return statement.fetch().rowsUpdated().map(rows -> rows == 1);
    }

    private static State state(Readable row) {
        var result = row.get("result", String.class);
        return new State(
                required(row, "generation", Long.class),
                row.get("rebuilding", Long.class),
                row.get("operation", UUID.class),
                result == null ? null : JsonMapper.shared().readValue(result, MEMBERS));
    }

    private static <T> T required(Readable row, String column, Class<T> type) {
        return Objects.requireNonNull(row.get(column, type));
    }

    /** The generation was swapped or given up meanwhile. */
    private static final class RebuildEnded extends RuntimeException {
        RebuildEnded(String name, long generation) {
            super("generation " + generation + " of projection '" + name + "' is not being rebuilt");
        }
    }
}
