package dev.rowhouse.app.data.plan;

import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.tenancy.catalog.Routine;
import dev.rowhouse.tenancy.catalog.Routine.Argument;
import dev.rowhouse.tenancy.catalog.Routine.Argument.Mode;
import java.util.ArrayList;
import java.util.List;

/** The arguments of a call, resolved. What is left out takes its default. */
public sealed interface Arguments {

    /** Each of its own value in PostgreSQL's text form. */
    record Texts(List<Given> given) implements Arguments {
        public Texts {
            given = List.copyOf(given);
        }
    }

    /**
     * Members of one JSON object.
     *
     * @param given at least one
     * @param listed whether the object is the first of an array
     */
    record Members(List<Argument> given, String json, boolean listed) implements Arguments {
        public Members {
            given = List.copyOf(given);
        }
    }

    /** One without a name. */
    record Unnamed(Argument argument, String value) implements Arguments {}

    /**
     * An argument with its values.
     *
     * @param values one, but for a variadic one, which has any number
     */
    record Given(Argument argument, List<String> values) {
        public Given {
            values = List.copyOf(values);
        }
    }

    static Arguments of(Routine function, Payload payload) {
        var inputs = function.inputs();
        if (inputs.size() == 1 && inputs.getFirst().name().isEmpty()) {
            return new Unnamed(inputs.getFirst(), whole(payload));
        }
        return switch (payload) {
            case Payload.Whole _ -> throw new IllegalArgumentException("a whole body has no names");
            case Payload.Texts texts -> new Texts(given(inputs, texts));
            case Payload.Json(var names, var text, var listed) -> {
                var given = inputs.stream()
                        .filter(input -> names.contains(input.name()))
                        .toList();
                yield given.isEmpty() ? new Texts(List.of()) : new Members(given, text, listed);
            }
        };
    }

    private static String whole(Payload payload) {
        return switch (payload) {
            case Payload.Whole(var _, var text) -> text;
            case Payload.Json(var _, var text, var _) -> text;
            case Payload.Texts _ -> throw QueryError.malformed("PGRST202", "an unnamed argument takes a body", null);
        };
    }

    // The last one counts of what comes more than once, as in PostgREST.
    private static List<Given> given(List<Argument> inputs, Payload.Texts texts) {
        var given = new ArrayList<Given>();
        for (var input : inputs) {
            var values = texts.of(input.name());
            if (!values.isEmpty()) {
                given.add(new Given(input, input.mode() == Mode.VARIADIC ? values : List.of(values.getLast())));
            }
        }
        return given;
    }
}
