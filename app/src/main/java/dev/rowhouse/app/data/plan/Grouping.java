package dev.rowhouse.app.data.plan;

import dev.rowhouse.app.data.query.OrderTerm;
import dev.rowhouse.app.data.query.QueryError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Knows what rows are grouped by: every output that is no aggregate. */
public final class Grouping {

    private Grouping() {}

    static boolean isNeeded(List<Output> outputs) {
        return outputs.stream().anyMatch(output -> switch (output) {
            case Output.Aggregated _, Output.Counted _ -> true;
            case Output.Value _, Output.Embedded _ -> false;
            case Output.Spread(var embedding) ->
                embedding.isToOne() && isNeeded(embedding.rows().outputs());
        });
    }

    /** Returns the value of each member of the answer by position; none for one that cannot be ordered by. */
    public static List<Optional<Expression>> values(List<Output> outputs) {
        var values = new ArrayList<Optional<Expression>>();
        for (var output : outputs) {
            switch (output) {
                case Output.Value(var value, var _) -> values.add(Optional.of(value));
                case Output.Aggregated _, Output.Counted _, Output.Embedded _ -> values.add(Optional.empty());
                case Output.Spread(var embedding) -> {
                    for (var value : values(embedding.rows().outputs())) {
                        values.add(
                                embedding.isToOne()
                                        ? value.map(inner -> new Expression.Related(embedding, inner))
                                        : Optional.empty());
                    }
                }
            }
        }
        return values;
    }

    static Sort requireKey(Sort sort, OrderTerm term, List<Output> outputs) {
        for (var value : values(outputs)) {
            if (value.isPresent() && value.get().equals(sort.value())) {
                return sort;
            }
        }
        throw QueryError.malformed(
                "42803",
                "groups cannot be ordered by '" + term.operand().column() + "'",
                "only what 'select' names without an aggregate orders groups");
    }
}
