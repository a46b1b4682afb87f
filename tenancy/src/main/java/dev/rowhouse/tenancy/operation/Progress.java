package dev.rowhouse.tenancy.operation;

import java.util.Map;
import reactor.core.publisher.Mono;

/** What an application of a step came to. */
public sealed interface Progress {

    /** A step that is done and tells nothing. */
    Progress DONE = new Done(Map.of());

    /** @param result joins the operation's result */
    record Done(Map<String, Object> result) implements Progress {
        public Done {
            result = Map.copyOf(result);
        }
    }

    /** @param work runs outside any transaction, after what the step wrote has committed; then the step is applied anew */
    record Needs(Mono<Void> work) implements Progress {}
}
