package dev.rowhouse.app.data;

import dev.rowhouse.app.data.body.JsonBody;
import dev.rowhouse.app.data.plan.Condition;
import dev.rowhouse.app.data.plan.InsertPlan;
import dev.rowhouse.app.data.plan.Rows;
import dev.rowhouse.app.data.plan.WritePlanner;
import dev.rowhouse.app.data.query.Preferences;
import dev.rowhouse.app.data.query.Preferences.Returning;
import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.app.data.query.QueryParser;
import dev.rowhouse.app.data.query.WriteQuery;
import dev.rowhouse.app.data.sql.WriteSql;
import dev.rowhouse.tenancy.Caller;
import dev.rowhouse.tenancy.shard.ShardError;
import dev.rowhouse.tenancy.shard.TenantDatabase;
import dev.rowhouse.tenancy.shard.TransactionEnd;
import dev.rowhouse.tenancy.shard.Write;
import dev.rowhouse.tenancy.shard.Written;
import java.util.List;
import java.util.function.Function;
import org.springframework.http.HttpStatus;
import reactor.core.publisher.Mono;

/** Answers writes of a relation. What is answered is held until the transaction has ended. */
final class Writes {

    private final TenantDatabase database;
    private final Misfits misfits;
    private final Imports imports;

    Writes(TenantDatabase database) {
        this.database = database;
        this.misfits = new Misfits(database);
        this.imports = new Imports(database);
    }

    /** Answers a {@code POST}. */
    Mono<Void> insert(DataRequest request) {
        var query = QueryParser.insert(request.relation(), request.parameters(), request.prefer(), request.limits());
        var plan = WritePlanner.insert(query, request.catalog(), request.callerClass());
        if (Imports.streams(request, query)) {
            return imports.answer(request, query, plan);
        }
        return insert(request, query, plan, written -> {
            var merges = plan.conflict() != null && plan.conflict().merge();
            var status = merges && written.inserted() == 0 ? HttpStatus.OK : HttpStatus.CREATED;
            var applied = applied(query, plan);
            if (query.preferences().returning() == Returning.HEADERS_ONLY) {
                KeyLocation.tell(request, written.shown());
            }
            return new WriteAnswer(status, "*", applied);
        });
    }

    /** Answers a {@code PUT}. */
    Mono<Void> put(DataRequest request) {
        var query = QueryParser.upsert(request.relation(), request.parameters(), request.prefer(), request.limits());
        var plan = WritePlanner.put(query, request.catalog(), request.callerClass());
        return insert(request, query, plan, written -> {
            if (written.rows() == 0) {
                throw anotherRow();
            }
            var created = written.inserted() > 0 ? HttpStatus.CREATED : HttpStatus.OK;
            var status = returnsRows(query) ? created : HttpStatus.NO_CONTENT;
            return new WriteAnswer(status, null, query.preferences().applied());
        });
    }

    /** Answers a {@code PATCH}. */
    Mono<Void> update(DataRequest request) {
        var query = QueryParser.update(request.relation(), request.parameters(), request.prefer(), request.limits());
        var plan = WritePlanner.update(query, request.catalog(), request.callerClass());
        var representation = Accept.rows(request.headers());
        request.ended("parse");
        return Bodies.read(request, plan.relation())
                .map(body -> JsonBody.update(plan, body))
                .flatMap(rows -> {
                    var write = WriteSql.update(
                            plan,
                            rows,
                            representation.rendering(),
                            request.house().schema(),
                            request.role(),
                            request.plainCaller().origin());
                    return run(request, query, representation, write)
                            .onErrorResume(
                                    ShardError.Refused.class, refused -> misfits.explained(refused, request, rows));
                })
                .flatMap(written ->
                        changed(query, written, range(written)).send(request, query, representation, written));
    }

    /** Answers a {@code DELETE}. */
    Mono<Void> delete(DataRequest request) {
        var query = QueryParser.delete(request.relation(), request.parameters(), request.prefer(), request.limits());
        var plan = WritePlanner.delete(query, request.catalog(), request.callerClass());
        var representation = Accept.rows(request.headers());
        request.ended("parse");
        var write = WriteSql.delete(
                plan,
                representation.rendering(),
                request.house().schema(),
                request.role(),
                request.plainCaller().origin());
        return run(request, query, representation, write)
                .flatMap(written -> changed(query, written, "*").send(request, query, representation, written));
    }

    private Mono<Void> insert(
            DataRequest request, WriteQuery query, InsertPlan plan, Function<Written, WriteAnswer> answer) {
        var representation = Accept.rows(request.headers());
        request.ended("parse");
        return Bodies.read(request, plan.relation())
                .map(body -> rows(plan, body))
                .flatMap(rows -> run(request, query, representation, sql(request, plan, rows, representation))
                        .onErrorResume(ShardError.Refused.class, refused -> misfits.explained(refused, request, rows)))
                .flatMap(written -> answer.apply(written).send(request, query, representation, written));
    }

    // A row that must have a key to be meant has none if nothing names it.
    private static Rows rows(InsertPlan plan, byte[] body) {
        var rows = JsonBody.insert(plan, body);
        var conflict = plan.conflict();
        if (conflict != null
                && !plan.condition().equals(Condition.NONE)
                && !rows.columns().containsAll(conflict.key())) {
            throw anotherRow();
        }
        return rows;
    }

    private static QueryError anotherRow() {
        return QueryError.malformed("PGRST115", "Payload values do not match URL in primary key column(s)", null);
    }

    private static Write sql(DataRequest request, InsertPlan plan, Rows rows, Representation representation) {
        return WriteSql.insert(
                plan,
                rows,
                representation.rendering(),
                request.house().schema(),
                request.role(),
                request.plainCaller().origin());
    }

    private Mono<Written> run(DataRequest request, WriteQuery query, Representation representation, Write sql) {
        request.ended("plan");
        var write = sql.plain() ? sql.reaching(request.catalog().reachedBy(request.relation())) : sql;
        var preferences = query.preferences();
        var limited = preferences.maxAffected() != null || representation.isSingular();
        if (write.plain() && !limited && !preferences.rollback()) {
            // Code of the tenant's that would see the request does not run then.
            var caller = preferences.timezone() == null ? request.plainCaller() : caller(request, preferences);
            return database.write(request.house(), caller, write);
        }
        return database.write(
                request.house(),
                caller(request, preferences),
                write,
                preferences.rollback() ? TransactionEnd.ROLLBACK : TransactionEnd.COMMIT,
                written -> accept(written, preferences, representation));
    }

    static Caller caller(DataRequest request, Preferences preferences) {
        var zone = preferences.timezone();
        return zone == null ? request.caller() : request.caller().inTimeZone(zone);
    }

    // What refuses here undoes the write.
    private static void accept(Written written, Preferences preferences, Representation representation) {
        ResponseSettings.of(written);
        var most = preferences.maxAffected();
        if (most != null && written.rows() > most) {
            throw QueryError.malformed(
                    "PGRST124",
                    "Query result exceeds max-affected preference constraint",
                    "The query affects " + written.rows() + " rows");
        }
        if (representation.isSingular() && written.rows() != 1) {
            throw Representation.notOne(written.rows());
        }
    }

    private static WriteAnswer changed(WriteQuery query, Written written, String range) {
        var status = returnsRows(query) ? HttpStatus.OK : HttpStatus.NO_CONTENT;
        return new WriteAnswer(status, range, query.preferences().applied());
    }

    private static String range(Written written) {
        return written.rows() == 0 ? "*" : "0-" + (written.rows() - 1);
    }

    // Where there is no key, nothing was resolved.
    private static List<String> applied(WriteQuery query, InsertPlan plan) {
        var applied = query.preferences().applied();
        return plan.conflict() != null || query.preferences().resolution() == null
                ? applied
                : applied.stream()
                        .filter(preference -> !preference.startsWith("resolution="))
                        .toList();
    }

    static boolean returnsRows(WriteQuery query) {
        return query.preferences().returning() == Returning.REPRESENTATION;
    }
}
