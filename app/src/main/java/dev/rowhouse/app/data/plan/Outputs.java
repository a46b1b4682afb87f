package dev.rowhouse.app.data.plan;

import dev.rowhouse.app.data.query.Operand;
import dev.rowhouse.app.data.query.Operand.Step;
import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.app.data.query.SelectItem;
import dev.rowhouse.tenancy.catalog.Catalog;
import dev.rowhouse.tenancy.catalog.Relation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Turns {@code select} into the members of the answer's objects.
 *
 * <p>Of one level each name comes once: a named item takes the place of what {@code *} brought, two different named items
 * are refused. What is spread may repeat names, as the dialect has it.
 */
final class Outputs {

    private static final String WHERE = "parameter 'select'";

    // PostgreSQL would cut a longer one.
    private static final int LONGEST = 63;

    private final Operands operands;
    private final Catalog catalog;
    private final Function<SelectItem.Embedded, EmbeddedPlan> embeddings;
    private final List<Output> outputs = new ArrayList<>();
    private final Map<String, Integer> positions = new HashMap<>();
    private final Map<String, Boolean> named = new HashMap<>();

    private Outputs(Operands operands, Catalog catalog, Function<SelectItem.Embedded, EmbeddedPlan> embeddings) {
        this.operands = operands;
        this.catalog = catalog;
        this.embeddings = embeddings;
    }

    /** @param embeddings gives the plan of each embedded item of {@code select} */
    static List<Output> of(
            List<SelectItem> select,
            Operands operands,
            Catalog catalog,
            Function<SelectItem.Embedded, EmbeddedPlan> embeddings) {
        var outputs = new Outputs(operands, catalog, embeddings);
        if (select.isEmpty()) {
            outputs.all();
        }
        select.forEach(outputs::item);
        return outputs.outputs;
    }

    /** Returns the primary key, by which a client finds a row it has written. */
    static List<Output> key(Relation relation) {
        var key = new ArrayList<Output>();
        for (var name : relation.primaryKey()) {
            var column = relation.column(name);
            if (column != null) {
                key.add(new Output.Value(new Expression.Field(column), name));
            }
        }
        return key;
    }

    private void item(SelectItem item) {
        switch (item) {
            case SelectItem.All() -> all();
            case SelectItem.Nothing() -> {}
            case SelectItem.Count(var alias, var cast) ->
                named(alias == null ? "count" : alias, name -> new Output.Counted(Casts.of(cast, catalog), name));
            case SelectItem.Single single -> single(single);
            case SelectItem.Embedded embedded -> embedded(embedded);
        }
    }

    private void all() {
        for (var column : operands.relation().columns()) {
            var output = new Output.Value(Operands.represented(new Expression.Field(column)), column.name());
            if (!positions.containsKey(column.name())) {
                add(column.name(), output, false);
            }
        }
    }

    private void single(SelectItem.Single item) {
        var operand = item.operand();
        var aggregate = item.aggregate();
        if (isCount(item)) {
            named(
                    item.alias() == null ? "count" : item.alias(),
                    name -> new Output.Counted(Casts.of(item.cast(), catalog), name));
            return;
        }
        var shown = operands.shown(operand, WHERE);
        var cast = Casts.of(item.cast(), catalog);
        var value = cast == null ? shown : new Expression.Cast(shown, cast);
        if (aggregate == null) {
            var travelling = Operands.represented(value);
            named(item.alias() == null ? nameOf(operand) : item.alias(), name -> new Output.Value(travelling, name));
        } else {
            named(
                    item.alias() == null ? aggregate.name().toLowerCase(Locale.ROOT) : item.alias(),
                    name -> new Output.Aggregated(aggregate, value, Casts.of(item.aggregateCast(), catalog), name));
        }
    }

    // How the dialect counted before it had count(): it still takes the bare name where there is no such column.
    private boolean isCount(SelectItem.Single item) {
        return item.operand().equals(Operand.of("count")) && item.aggregate() == null && operands.base("count") == null;
    }

    private void embedded(SelectItem.Embedded item) {
        var plan = embeddings.apply(item);
        if (item.embedding().spread()) {
            outputs.add(new Output.Spread(plan));
        } else if (!plan.rows().outputs().isEmpty()) {
            named(plan.name(), _ -> new Output.Embedded(plan));
        }
    }

    private static String nameOf(Operand operand) {
        for (var step : operand.path().reversed()) {
            if (step instanceof Step.Member(var name, var _) && !name.isEmpty()) {
                return name;
            }
        }
        return operand.column();
    }

    private void named(String name, Function<String, Output> output) {
        if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
            throw QueryError.malformed(
                    "42622", "the name '" + name + "' is too long", "at most " + LONGEST + " bytes, in " + WHERE);
        }
        add(name, output.apply(name), true);
    }

    private void add(String name, Output output, boolean isNamed) {
        @Nullable Integer position = positions.get(name);
        if (position == null) {
            positions.put(name, outputs.size());
            outputs.add(output);
        } else if (!outputs.get(position).equals(output)) {
            if (Boolean.TRUE.equals(named.get(name))) {
                throw QueryError.malformed(
                        "PGRST100",
                        "'" + name + "' names two members of the answer",
                        "give one of them in " + WHERE + " another name");
            }
            outputs.set(position, output);
        }
        named.merge(name, isNamed, Boolean::logicalOr);
    }
}
