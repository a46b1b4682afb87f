package dev.rowhouse.app.data;

import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.directory.Resident;
import dev.rowhouse.tenancy.shard.ShardError;
import java.util.Set;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * Plans a request a second time when PostgreSQL does not know what it names and there is a newer catalog than the one it was
 * planned with: a rollout or a change of the tenant's own columns came between.
 */
final class Replanning {

    // A plan or a type that no longer holds, a column, a relation.
    private static final Set<String> OF_A_CATALOG = Set.of("0A000", "42703", "42P01");

    private final Function<Slug, Mono<Resident>> newest;

    /** @param newest emits the tenant as the control database knows it now, or nothing */
    Replanning(Function<Slug, Mono<Resident>> newest) {
        this.newest = newest;
    }

    /** @param work that answers the request; may run twice, so it must not have consumed the body */
    Mono<Void> of(DataRequest request, Function<DataRequest, Mono<Void>> work) {
        return work.apply(request)
                .onErrorResume(
                        failure -> mayBeOutdated(failure, request),
                        failure -> newest.apply(
                                        request.admitted().resident().tenant().slug())
                                .filter(resident -> isNewer(resident, request))
                                .map(request::with)
                                .switchIfEmpty(Mono.error(failure))
                                .flatMap(work));
    }

    private static boolean mayBeOutdated(Throwable failure, DataRequest request) {
        return failure instanceof ShardError.Refused refused
                && OF_A_CATALOG.contains(refused.sqlState())
                && !request.response().isCommitted();
    }

    private static boolean isNewer(Resident resident, DataRequest request) {
        return resident.tenant()
                        .id()
                        .equals(request.admitted().resident().tenant().id())
                && !resident.catalog().equals(request.catalog());
    }
}
