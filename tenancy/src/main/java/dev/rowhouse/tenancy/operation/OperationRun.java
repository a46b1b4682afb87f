package dev.rowhouse.tenancy.operation;

import dev.rowhouse.tenancy.Actor;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.TenantId;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An operation as its steps see it.
 *
 * @param subject null for an operation of the whole installation
 * @param input what was ordered, as JSON members
 * @param error why it is being compensated; null on the way forward
 */
public record OperationRun(
        UUID id,
        String type,
        @Nullable OperationSubject subject,
        Map<String, Object> input,
        Actor actor,
        @Nullable String error) {

    public OperationRun {
        input = Map.copyOf(input);
    }

    /** Returns the tenant of an operation that has one. */
    public TenantId tenant() {
        return Objects.requireNonNull(subject, type).tenant();
    }

    /** Returns the slug of an operation's tenant that has one. */
    public Slug slug() {
        return Objects.requireNonNull(subject, type).slug();
    }

    /** Returns a text member of the input, or null. */
    public @Nullable String text(String member) {
        return input.get(member) instanceof String text ? text : null;
    }

    OperationRun failedBy(String reason) {
        return new OperationRun(id, type, subject, input, actor, reason);
    }
}
