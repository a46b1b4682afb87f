package dev.rowhouse.app.data;

import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.tenancy.catalog.Relation;
import dev.rowhouse.tenancy.catalog.Routine;
import java.util.ArrayList;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import reactor.core.publisher.Mono;

/** Says which methods a relation or a function takes: what can be done with it, whoever asks. */
final class Methods {

    private Methods() {}

    /** Answers {@code OPTIONS} of a relation. */
    static Mono<Void> answer(DataRequest request) {
        var relation = request.catalog().relation(request.relation());
        if (relation == null) {
            return Mono.error(() -> unknown(request));
        }
        return answer(request, of(relation));
    }

    /** Answers {@code OPTIONS} with {@code methods}. */
    static Mono<Void> answer(DataRequest request, List<String> methods) {
        var response = request.response();
        response.setStatusCode(HttpStatus.OK);
        response.getHeaders().set(HttpHeaders.ALLOW, String.join(",", methods));
        response.getHeaders().setContentLength(0);
        return response.setComplete();
    }

    static List<String> of(Relation relation) {
        var methods = new ArrayList<>(List.of("OPTIONS", "GET", "HEAD"));
        if (relation.insertable()) {
            methods.add("POST");
        }
        if (relation.insertable()
                && relation.updatable()
                && !relation.primaryKey().isEmpty()) {
            methods.add("PUT");
        }
        if (relation.updatable()) {
            methods.addAll(List.of("PATCH", "DELETE"));
        }
        return methods;
    }

    /** @param overloads of one name; one that only reads is enough for a {@code GET} */
    static List<String> of(Iterable<Routine> overloads) {
        for (var overload : overloads) {
            if (overload.volatility() != Routine.Volatility.VOLATILE) {
                return List.of("OPTIONS", "GET", "HEAD", "POST");
            }
        }
        return List.of("OPTIONS", "POST");
    }

    private static Problem unknown(DataRequest request) {
        return Problem.of(ProblemType.RELATION_UNKNOWN, "there is no relation '" + request.relation() + "'")
                .withCode("PGRST205");
    }
}
