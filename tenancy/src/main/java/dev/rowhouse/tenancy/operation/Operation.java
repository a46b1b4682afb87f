package dev.rowhouse.tenancy.operation;

import dev.rowhouse.tenancy.Actor;
import dev.rowhouse.tenancy.Slug;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A durable operation as operators see it.
 *
 * @param id a UUIDv7
 * @param type such as {@code onboard}
 * @param subject null for an operation of the whole installation
 * @param result set when it succeeded
 * @param error why it failed or was compensated
 */
public record Operation(
        UUID id,
        String type,
        @Nullable OperationSubject subject,
        State state,
        List<Step> steps,
        Map<String, Object> result,
        @Nullable String error,
        Actor actor,
        Instant createdAt,
        Instant updatedAt) {

    /** Where an operation stands. */
    public enum State {
        QUEUED,
        RUNNING,
        SUCCEEDED,
        FAILED,
        COMPENSATED,
        CANCELLED;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static State of(String label) {
            return valueOf(label.toUpperCase(Locale.ROOT));
        }

        public boolean isFinal() {
            return this != QUEUED && this != RUNNING;
        }
    }

    /** One step as it went; its states are those of {@link State} but {@code QUEUED} is before the first attempt. */
    public record Step(
            String name,
            State state,
            int attempts,
            @Nullable Instant startedAt,
            @Nullable Instant endedAt,
            @Nullable String error) {}

    public Operation {
        steps = List.copyOf(steps);
        result = Map.copyOf(result);
    }

    /** Returns the slug of an operation's tenant that has one. */
    public Slug slug() {
        return Objects.requireNonNull(subject, type).slug();
    }

    /** Returns the share of its steps that have succeeded, 0 to 100. */
    public int percent() {
        if (state == State.SUCCEEDED) {
            return 100;
        }
        var done =
                steps.stream().filter(step -> step.state() == State.SUCCEEDED).count();
        return steps.isEmpty() ? 0 : (int) (100 * done / steps.size());
    }
}
