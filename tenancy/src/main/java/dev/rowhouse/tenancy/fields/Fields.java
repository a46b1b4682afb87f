package dev.rowhouse.tenancy.fields;

import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.database.Database;
import dev.rowhouse.tenancy.Actor;
import dev.rowhouse.tenancy.House;
import dev.rowhouse.tenancy.TenantId;
import dev.rowhouse.tenancy.catalog.CustomField;
import dev.rowhouse.tenancy.directory.DirectoryError;
import dev.rowhouse.tenancy.directory.Resident;
import dev.rowhouse.tenancy.directory.Residents;
import dev.rowhouse.tenancy.directory.Tenant;
import dev.rowhouse.tenancy.fields.Field.State;
import dev.rowhouse.tenancy.fields.FieldRecords.Owner;
import dev.rowhouse.tenancy.house.HouseBuilder;
import dev.rowhouse.tenancy.operation.Failpoint;
import dev.rowhouse.tenancy.shard.ShardError;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Use case: a tenant adds columns of its own and drops them.
 *
 * <p>The wish is written first, then the house is altered, then the record says that it is done; each of the three may run
 * twice. A crash in between leaves a record that is not active: the same request again, or the sweep of any instance, goes
 * on from there. One change per tenant runs at a time, under a lease that outlives the longest of them.
 */
public final class Fields {

    /** The most fields a relation may have. */
    public static final int LIMIT = 50;

    private static final Logger log = LoggerFactory.getLogger(Fields.class);
    // A change takes seven seconds at the most: until all have seen it, four attempts of half a second with pauses, and
    // a new connection.
    private static final Duration LEASE = Duration.ofSeconds(20);
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final Duration SWEEP = Duration.ofSeconds(5);
    private static final int ATTEMPTS = 4;
    private static final Duration PAUSE = Duration.ofMillis(150);
    // A lock that was not to be had, a deadlock, a statement that took too long: nothing has happened.
    private static final Set<String> IN_USE = Set.of("55P03", "40P01", "57014");

    /**
     * What came of a request for a field.
     *
     * @param created whether it is new, and not there already in just this form
     */
    public record Added(Field field, boolean created) {}

    private final FieldRecords records;
    private final HouseBuilder builder;
    private final Residents residents;
    private final Duration seenWithin;
    private final Failpoint failpoint;

    /**
     * @param seenWithin after which no instance names a dropped field any more: only then does its column go
     * @param failpoint {@link Failpoint#NONE} everywhere but in tests
     */
    public Fields(
            Database database, HouseBuilder builder, Residents residents, Duration seenWithin, Failpoint failpoint) {
        this.records = new FieldRecords(database);
        this.builder = builder;
        this.residents = residents;
        this.seenWithin = seenWithin;
        this.failpoint = failpoint;
    }

    /** Begins to finish what a crash left. */
    public void start(BackgroundWork background) {
        background.repeat("fields", SWEEP, sweep());
    }

    /** Emits the tenant's fields, those included that are being added or dropped. */
    public Flux<Field> list(TenantId tenant) {
        return records.of(tenant).onErrorMap(Database::isUnavailable, DirectoryError.Unavailable::new);
    }

    /** Adds the field; emits once requests to this process see it. {@link FieldError} if it cannot be. */
    public Mono<Added> add(Resident resident, CustomField field, Actor actor) {
        var relation = resident.catalog().relation(field.relation());
        if (relation == null) {
            return Mono.error(() -> new FieldError.UnknownRelation(field.relation()));
        }
        if (!relation.isExtensible()) {
            return Mono.error(() -> new FieldError.NotExtensible(field.relation()));
        }
        return exclusively(
                owner(resident),
                (owner, lease) -> wanted(lease, field, owner, actor)
                        .delayUntil(wish -> switch (wish) {
                            case NEW -> addedOrForgotten(lease, field, owner, actor);
                            case LEFT -> added(lease, field, owner, actor);
                            case FULFILLED -> Mono.empty();
                        })
                        .flatMap(wish -> records.find(owner.tenant(), field.relation(), field.name())
                                .map(added -> new Added(added, wish != Wish.FULFILLED))));
    }

    /** Drops the field with what is in it; requests to this process no longer see it then. */
    public Mono<Void> drop(Resident resident, String relation, String name, Actor actor) {
        return exclusively(
                        owner(resident),
                        (owner, lease) -> records.find(owner.tenant(), relation, name)
                                .switchIfEmpty(Mono.error(() -> new FieldError.Unknown(relation, name)))
                                .flatMap(field -> records.hide(lease, field.definition(), actor)
                                        .then(Mono.defer(() -> residents.refresh(owner.slug())))
                                        .then(failpoint.reached("field.drop.hidden"))
                                        .then(dropped(lease, field.definition(), owner))
                                        .thenReturn(field)))
                .then();
    }

    /** What is on record of a field that is wanted. */
    private enum Wish {
        NEW,
        /** By a request that did not come to its end: the column may be there or not. */
        LEFT,
        FULFILLED
    }

    // A field that is being dropped goes first.
    private Mono<Wish> wanted(Lease lease, CustomField field, Owner owner, Actor actor) {
        return records.want(lease, field, LIMIT, actor)
                .flatMap(written -> written
                        ? Mono.just(Wish.NEW)
                        : records.find(owner.tenant(), field.relation(), field.name())
                                .switchIfEmpty(Mono.error(() -> new FieldError.TooMany(field.relation(), LIMIT)))
                                .flatMap(known -> switch (known.state()) {
                                    case DROPPING ->
                                        dropped(lease, known.definition(), owner)
                                                .then(Mono.defer(() -> wanted(lease, field, owner, actor)));
                                    case ADDING, ACTIVE ->
                                        known.definition().equals(field)
                                                ? Mono.just(known.state() == State.ADDING ? Wish.LEFT : Wish.FULFILLED)
                                                : Mono.error(
                                                        () -> new FieldError.Taken(field.relation(), field.name()));
                                }));
    }

    // A refusal has left the house as it was: the new wish is taken back, lest it come true later unasked.
    private Mono<Void> addedOrForgotten(Lease lease, CustomField field, Owner owner, Actor actor) {
        return added(lease, field, owner, actor)
                .onErrorResume(
                        failure -> failure instanceof ShardError.Refused || failure instanceof FieldError.Busy,
                        failure -> records.forget(lease, field).then(Mono.error(failure)));
    }

    private Mono<Void> added(Lease lease, CustomField field, Owner owner, Actor actor) {
        return failpoint
                .reached("field.add.wanted")
                .then(patiently(builder.add(owner.house(), field)))
                .then(failpoint.reached("field.add.altered"))
                .then(Mono.defer(() -> records.activate(lease, field, actor)))
                .then(Mono.defer(() -> residents.refresh(owner.slug())));
    }

    private Mono<Void> dropped(Lease lease, CustomField field, Owner owner) {
        return Mono.delay(seenWithin)
                .then(patiently(builder.drop(owner.house(), field)))
                .then(failpoint.reached("field.drop.altered"))
                .then(Mono.defer(() -> records.forget(lease, field)));
    }

    private static Mono<Void> patiently(Mono<Void> alteration) {
        return alteration.retryWhen(Retry.backoff(ATTEMPTS - 1, PAUSE)
                .filter(Fields::isInUse)
                .onRetryExhaustedThrow((_, last) -> new FieldError.Busy(last.failure())));
    }

    private static boolean isInUse(Throwable failure) {
        return failure instanceof ShardError.Refused refused && IN_USE.contains(refused.sqlState());
    }

    Mono<Void> sweep() {
        return records.unfinished()
                .concatMap(owner -> records.lease(owner.tenant(), LEASE)
                        .flatMap(lease -> finishAll(owner, lease).then(records.release(lease)))
                        .onErrorResume(failure -> Mono.fromRunnable(() -> log.warn(
                                "fields of tenant {} were left to be taken up again", owner.tenant(), failure))))
                .then();
    }

    // What is not finished in time is left to the next sweep, after the lease.
    private Mono<Void> finishAll(Owner owner, Lease lease) {
        return records.of(owner.tenant())
                .concatMap(field -> switch (field.state()) {
                    case ADDING -> finishLeft(lease, field.definition(), owner);
                    case DROPPING -> dropped(lease, field.definition(), owner);
                    case ACTIVE -> Mono.<Void>empty();
                })
                .then()
                .timeout(LONGEST);
    }

    // A table in use is tried again; what PostgreSQL refuses it would refuse every time.
    private Mono<Void> finishLeft(Lease lease, CustomField field, Owner owner) {
        return added(lease, field, owner, new Actor("system:sweep"))
                .onErrorResume(
                        ShardError.Refused.class,
                        refused -> records.forget(lease, field)
                                .then(Mono.fromRunnable(() -> log.warn(
                                        "field {} of tenant {} was refused", field.name(), owner.tenant(), refused))));
    }

    private interface Change<T> {
        Mono<T> under(Owner owner, Lease lease);
    }

    // Goes on though the client hangs up. What took too long may still be at it: its lease is left to run out.
    private <T> Mono<T> exclusively(Owner owner, Change<T> change) {
        var leased = records.lease(owner.tenant(), LEASE)
                .switchIfEmpty(Mono.error(() -> new FieldError.Busy(null)))
                .retryWhen(Retry.backoff(ATTEMPTS, PAUSE)
                        .filter(FieldError.Busy.class::isInstance)
                        .onRetryExhaustedThrow((_, last) -> last.failure()));
        var whole = Mono.usingWhen(
                leased,
                lease -> change.under(owner, lease).timeout(LONGEST),
                records::release,
                (lease, failure) -> failure instanceof TimeoutException ? Mono.empty() : records.release(lease),
                _ -> Mono.empty());
        return Mono.fromFuture(whole::toFuture, true)
                .onErrorMap(TimeoutException.class, FieldError.Busy::new)
                .onErrorMap(Fields::isControlUnavailable, DirectoryError.Unavailable::new);
    }

    // A shard that does not answer has the same causes.
    private static boolean isControlUnavailable(Throwable failure) {
        return !(failure instanceof ShardError) && Database.isUnavailable(failure);
    }

    private static Owner owner(Resident resident) {
        Tenant tenant = resident.tenant();
        House house = Objects.requireNonNull(tenant.house(), "an active tenant has a house");
        return new Owner(tenant.id(), tenant.slug(), house);
    }
}
