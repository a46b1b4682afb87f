package dev.rowhouse.tenancy.operation;

import dev.rowhouse.platform.database.Database;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.directory.DirectoryError;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The operations in the control database. */
public final class Operations {

    private static final String FIND = OperationRows.SELECT + " WHERE o.id = :id";

    private static final String LIST = OperationRows.SELECT + """
             WHERE (:slug::text IS NULL OR o.slug = :slug)
               AND (:type::text IS NULL OR o.type = :type)
               AND (:state::text IS NULL OR o.state = :state)
               AND (:after::uuid IS NULL OR o.id < :after)
             ORDER BY o.id DESC
             LIMIT :limit
            """;

    // How long a watcher waits who was not told, because the operation runs in another instance.
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private final Database database;
    private final OperationChanges changes;

    public Operations(Database database, OperationChanges changes) {
        this.database = database;
        this.changes = changes;
    }

    /** Emits the operation, or nothing. */
    public Mono<Operation> find(UUID id) {
        return database.client()
                .sql(FIND)
                .bind("id", id)
                .map(OperationRows::operation)
                .one()
                .onErrorMap(Database::isUnavailable, DirectoryError.Unavailable::new);
    }

    /** Emits one page, newest first, older than {@code after}. */
    public Flux<Operation> list(
            @Nullable Slug slug,
            @Nullable String type,
            Operation.@Nullable State state,
            int limit,
            @Nullable UUID after) {
        return database.client()
                .sql(LIST)
                .bind("slug", Database.nullable(slug == null ? null : slug.value(), String.class))
                .bind("type", Database.nullable(type, String.class))
                .bind("state", Database.nullable(state == null ? null : state.label(), String.class))
                .bind("after", Database.nullable(after, UUID.class))
                .bind("limit", limit)
                .map(OperationRows::operation)
                .all()
                .onErrorMap(Database::isUnavailable, DirectoryError.Unavailable::new);
    }

    /** Emits the operation as it is and on each change, up to and including its final state; nothing if unknown. */
    public Flux<Operation> changes(UUID id) {
        return find(id).flatMapMany(first -> Flux.just(first).concatWith(later(id)))
                .distinctUntilChanged()
                .takeUntil(operation -> operation.state().isFinal());
    }

    private Flux<Operation> later(UUID id) {
        var told = changes.of(id).map(_ -> 0L);
        return Flux.merge(told, Flux.interval(Duration.ZERO, LOOK_AGAIN))
                .onBackpressureLatest()
                .concatMap(_ -> find(id), 0);
    }
}
