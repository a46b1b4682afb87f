package dev.rowhouse.tenancy.operation;

import dev.rowhouse.tenancy.Actor;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.TenantId;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An operation as its steps see it.
 *
 * @param input what was ordered, as JSON members
 * @param error why it is being compensated; null on the way forward
 */
public record OperationRun(
        UUID id,
        String type,
        TenantId tenant,
        Slug slug,
        Map<String, Object> input,
        Actor actor,
        @Nullable String error) {

    public OperationRun {
        input = Map.copyOf(input);
    }

    /** Returns a text member of the input, or null. */
    public @Nullable String text(String member) {
        return input.get(member) instanceof String text ? text : null;
    }

    OperationRun failedBy(String reason) {
        return new OperationRun(id, type, tenant, slug, input, actor, reason);
    }
}
