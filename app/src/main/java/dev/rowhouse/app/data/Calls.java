package dev.rowhouse.app.data;

import dev.rowhouse.app.data.plan.CallPlan;
import dev.rowhouse.app.data.plan.Payload;
import dev.rowhouse.app.data.query.CallQuery;
import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.app.data.query.QueryParser;
import dev.rowhouse.app.data.sql.CallSql;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.tenancy.Caller;
import dev.rowhouse.tenancy.catalog.Routine;
import dev.rowhouse.tenancy.catalog.Routine.Argument;
import dev.rowhouse.tenancy.shard.Read;
import dev.rowhouse.tenancy.shard.TenantDatabase;
import dev.rowhouse.tenancy.shard.TransactionEnd;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Answers calls of functions. A function runs in a transaction, in one that cannot write unless it is declared volatile and
 * called by {@code POST}; what may have written is answered after the commit.
 */
final class Calls {

    private final TenantDatabase database;
    private final CostCeiling ceiling;

    Calls(TenantDatabase database) {
        this.database = database;
        this.ceiling = new CostCeiling(database);
    }

    Mono<Void> answer(DataRequest request) {
        return switch (request.method()) {
            case "GET", "HEAD" -> {
                var query = query(request, true);
                yield call(request, query, new Payload.Texts(query.arguments()), true);
            }
            case "POST" -> {
                var query = query(request, false);
                yield Payloads.of(request, query).flatMap(payload -> call(request, query, payload, false));
            }
            case "OPTIONS" -> Methods.answer(request, Methods.of(overloads(request)));
            default ->
                Mono.error(() -> Problem.of(
                                ProblemType.METHOD_NOT_ALLOWED, "Cannot use the " + request.method() + " method on RPC")
                        .withCode("PGRST101")
                        .withHeader(HttpHeaders.ALLOW, "OPTIONS, GET, HEAD, POST"));
        };
    }

    private static CallQuery query(DataRequest request, boolean byGet) {
        var query = QueryParser.call(
                request.relation(),
                argumentNames(request),
                byGet,
                request.parameters(),
                request.prefer(),
                Ranges.header(request.headers()),
                request.limits());
        request.ended("parse");
        return query;
    }

    private static List<Routine> overloads(DataRequest request) {
        return request.catalog().routines().getOrDefault(request.relation(), List.of());
    }

    private static Set<String> argumentNames(DataRequest request) {
        return overloads(request).stream()
                .flatMap(routine -> routine.inputs().stream())
                .map(Argument::name)
                .collect(Collectors.toSet());
    }

    private Mono<Void> call(DataRequest request, CallQuery query, Payload payload, boolean byGet) {
        var plan = CallPlan.of(query, payload, request.catalog());
        var answer = new CallAnswer(request, plan, CallAnswer.representation(request, plan));
        var sql = CallSql.call(
                plan, answer.representation().rendering(), request.house().schema(), request.role());
        request.apply(query.preferences().applied());
        if (byGet) {
            RowsAnswer.locate(request);
        }
        request.ended("plan");
        var caller = CallSettings.of(request, query.preferences(), plan.function());
        return ceiling.keep(request, caller, sql)
                .then(Mono.defer(() -> byGet || plan.isReading()
                        ? answer.send(database.read(request.house(), caller, sql))
                        : write(answer, query, caller, sql)));
    }

    private Mono<Void> write(CallAnswer answer, CallQuery query, Caller caller, Read sql) {
        var end = query.preferences().rollback() ? TransactionEnd.ROLLBACK : TransactionEnd.COMMIT;
        Flux<ByteBuf> held = database.call(
                answer.request().house(),
                caller,
                sql,
                end,
                acceptance(answer, query.preferences().maxAffected()));
        return answer.send(held);
    }

    // What cannot be answered must not be committed.
    private static Consumer<List<ByteBuf>> acceptance(CallAnswer answer, @Nullable Long most) {
        if (most != null && !answer.plan().isSet()) {
            throw QueryError.malformed(
                    "PGRST128",
                    "Function must return SETOF or TABLE when max-affected preference is used with handling=strict",
                    null);
        }
        return headAndRows -> {
            ResponseSettings.of(ByteBufUtil.getBytes(headAndRows.getFirst()));
            var rows = headAndRows.size() - 1;
            if (most != null && rows > most) {
                throw QueryError.malformed(
                        "PGRST124",
                        "Query result exceeds max-affected preference constraint",
                        "The query affects " + rows + " rows");
            }
            if (answer.plan().isSet() && answer.representation().isSingular() && rows != 1) {
                throw Representation.notOne(rows);
            }
        };
    }
}
