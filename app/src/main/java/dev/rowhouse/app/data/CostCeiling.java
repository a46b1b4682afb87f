package dev.rowhouse.app.data;

import dev.rowhouse.app.data.plan.ReadPlan;
import dev.rowhouse.app.data.sql.SqlWriter;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.tenancy.Caller;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.shard.Read;
import dev.rowhouse.tenancy.shard.TenantDatabase;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.Set;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Asks PostgreSQL's planner what a read or a call will cost, where the tenant's plan has a ceiling for the caller. */
final class CostCeiling {

    private static final JsonMapper JSON = new JsonMapper();

    private final TenantDatabase database;

    CostCeiling(TenantDatabase database) {
        this.database = database;
    }

    /** Completes if the read may run, or fails with a problem. A page by cursor is judged as the first of its pages. */
    Mono<Void> keep(DataRequest request, ReadPlan plan) {
        return request.limits().costCeiling() == null
                ? Mono.empty()
                : keep(
                        request,
                        request.caller(),
                        SqlWriter.read(plan, request.house().schema(), request.role()));
    }

    /** Completes if the statement may run, or fails with a problem. */
    Mono<Void> keep(DataRequest request, Caller caller, Read statement) {
        var ceiling = request.limits().costCeiling();
        if (ceiling == null || request.callerClass() == CallerClass.SERVICE) {
            return Mono.empty();
        }
        return database.read(request.house(), caller, SqlWriter.explained(statement, true, Set.of()))
                .map(CostCeiling::cost)
                .singleOrEmpty()
                .filter(cost -> cost > ceiling)
                .flatMap(_ -> Mono.error(() -> tooCostly(ceiling)));
    }

    // What it would cost stays untold: the estimate counts rows that policies hide from the caller.
    private static Problem tooCostly(double ceiling) {
        return Problem.of(ProblemType.TOO_COSTLY, "the database expects the request to cost too much")
                .withDetails("maximum: " + ceiling)
                .withHint("ask for less: a smaller limit, a filter on an indexed column, fewer embedded resources");
    }

    private static double cost(ByteBuf explained) {
        try {
            return JSON.readTree(ByteBufUtil.getBytes(explained))
                    .path(0)
                    .path("Plan")
                    .path("Total Cost")
                    .doubleValue();
        } finally {
            explained.release();
        }
    }
}
