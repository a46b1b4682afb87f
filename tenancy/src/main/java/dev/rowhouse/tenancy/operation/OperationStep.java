package dev.rowhouse.tenancy.operation;

import reactor.core.publisher.Mono;

/**
 * One step of a saga. Both methods may run twice, and {@code undo} may run where {@code apply} never did.
 *
 * <p>Both run in one short transaction of the control database together with the record that they ran: what they write
 * is there exactly if the record is. Work that takes longer, or happens elsewhere, is handed back as {@link Progress.Needs}.
 */
public interface OperationStep {

    /** Stored with the operation to resume it after a crash: never rename. */
    String name();

    Mono<Progress> apply(OperationRun run);

    Mono<Void> undo(OperationRun run);
}
