package dev.rowhouse.tenancy.lifecycle;

import dev.rowhouse.platform.crypto.UuidV7;
import dev.rowhouse.platform.database.Database;
import dev.rowhouse.tenancy.Actor;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.TenantId;
import dev.rowhouse.tenancy.directory.Residents;
import dev.rowhouse.tenancy.directory.Tenant;
import dev.rowhouse.tenancy.directory.TenantKeys;
import dev.rowhouse.tenancy.directory.TenantLife;
import dev.rowhouse.tenancy.directory.Tenants;
import dev.rowhouse.tenancy.directory.Transition;
import dev.rowhouse.tenancy.operation.Operation;
import dev.rowhouse.tenancy.operation.OperationOrder;
import dev.rowhouse.tenancy.operation.OperationRun;
import dev.rowhouse.tenancy.operation.OperationRunner;
import dev.rowhouse.tenancy.operation.OperationStep;
import dev.rowhouse.tenancy.operation.OperationSubject;
import dev.rowhouse.tenancy.operation.Progress;
import dev.rowhouse.tenancy.operation.Saga;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Use case: an operator changes a tenant's life. The change and its operation are stored together or not at all. */
public final class LifeOperations {

    /** What can be done; the label is the operation's type, stored with it. */
    public enum Type {
        SUSPEND("suspend"),
        RESUME("resume"),
        ROTATE_KEYS("rotate-keys");

        private final String label;

        Type(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }

        /** Returns the type of that label, or null. */
        public static @Nullable Type of(String label) {
            return Arrays.stream(values())
                    .filter(type -> type.label.equals(label))
                    .findFirst()
                    .orElse(null);
        }
    }

    /**
     * A change that was made.
     *
     * @param keys the new keys where it made any; the old ones are revoked
     */
    public record Started(Operation operation, @Nullable TenantKeys keys) {}

    private final OperationRunner runner;
    private final Tenants tenants;
    private final TenantLife life;

    /** @param runner knows {@link #sagas} */
    public LifeOperations(Database database, OperationRunner runner, Tenants tenants) {
        this.runner = runner;
        this.tenants = tenants;
        this.life = new TenantLife(database);
    }

    /** Returns the operations as a runner knows them. */
    public static List<Saga> sagas(Residents residents) {
        Function<OperationRun, Mono<Void>> afterwards = run -> residents.refresh(run.slug());
        return Arrays.stream(Type.values())
                .map(type -> new Saga(type.label(), List.of(new WithTheOrder(type.label())), afterwards))
                .toList();
    }

    /**
     * Makes the change and emits its operation, which has succeeded by then; nothing if there is no such tenant.
     * {@code DirectoryError.WrongState} if its state does not allow it.
     */
    public Mono<Started> start(Slug slug, Type type, @Nullable String reason, Actor actor) {
        return tenants.find(slug).flatMap(tenant -> start(tenant, type, reason, actor));
    }

    private Mono<Started> start(Tenant tenant, Type type, @Nullable String reason, Actor actor) {
        Map<String, Object> input = reason == null ? Map.of() : Map.of("reason", reason);
        var subject = new OperationSubject(tenant.id(), tenant.slug());
        var run = new OperationRun(UuidV7.next(), type.label(), subject, input, actor, null);
        var keys = type == Type.ROTATE_KEYS ? TenantKeys.random() : null;
        return runner.accept(
                        new OperationOrder(run, Set.of(type.label()), null),
                        change(tenant.id(), type, keys, reason, run))
                .map(acceptance -> new Started(acceptance.operation(), keys));
    }

    private Mono<Void> change(
            TenantId tenant, Type type, @Nullable TenantKeys keys, @Nullable String reason, OperationRun run) {
        var operation = Map.of("operation", run.id().toString());
        return switch (type) {
            case SUSPEND -> life.pass(tenant, Transition.SUSPENDED, run.actor(), reason, operation);
            case RESUME -> life.pass(tenant, Transition.RESUMED, run.actor(), reason, operation);
            case ROTATE_KEYS -> keys == null ? Mono.empty() : life.rotate(tenant, keys, run.actor(), reason);
        };
    }

    /** The only step of such an operation: taken by the transaction that stores it, and never undone. */
    private record WithTheOrder(String name) implements OperationStep {

        @Override
        public Mono<Progress> apply(OperationRun run) {
            return Mono.just(Progress.DONE);
        }

        @Override
        public Mono<Void> undo(OperationRun run) {
            return Mono.empty();
        }
    }
}
