package dev.rowhouse.app.data.plan;

import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.tenancy.catalog.Catalog;
import dev.rowhouse.tenancy.catalog.Routine;
import dev.rowhouse.tenancy.catalog.Routine.Argument;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the function that a call means, among those of one name, by the names of its arguments: every one given is one of the
 * function's, and every one without a default is given. Only where none of them is meant, a function with one unnamed
 * argument takes the whole body.
 */
final class Overloads {

    // What clients know a tenant's only schema by.
    private static final String SCHEMA = "public.";

    // PostgreSQL's functions have no more arguments.
    private static final int MOST = 100;
    private static final int LONGEST = 2_000;

    private Overloads() {}

    static Routine choose(String name, Payload payload, Catalog catalog) {
        var functions = catalog.routines().getOrDefault(name, List.of()).stream()
                .filter(routine -> routine.kind() == Routine.Kind.FUNCTION)
                .toList();
        var found = functions.stream()
                .filter(function -> takesNames(function, payload))
                .toList();
        if (found.isEmpty()) {
            found = functions.stream()
                    .filter(function -> takesWhole(function, payload))
                    .toList();
        }
        return switch (found.size()) {
            case 0 -> throw unknown(name, payload, functions, catalog);
            case 1 -> found.getFirst();
            default -> throw ambiguous(found);
        };
    }

    private static boolean takesNames(Routine function, Payload payload) {
        if (payload instanceof Payload.Whole) {
            return false;
        }
        var names = payload.names();
        var known = new LinkedHashSet<String>();
        for (var input : function.inputs()) {
            if (input.name().isEmpty() || (!input.hasDefault() && !names.contains(input.name()))) {
                return false;
            }
            known.add(input.name());
        }
        return known.containsAll(names);
    }

    private static boolean takesWhole(Routine function, Payload payload) {
        var inputs = function.inputs();
        return inputs.size() == 1
                && inputs.getFirst().name().isEmpty()
                && payload.fits(inputs.getFirst().type());
    }

    private static QueryError ambiguous(List<Routine> found) {
        var candidates = found.stream().map(Overloads::typed).collect(Collectors.joining(", "));
        return new QueryError(
                QueryError.Kind.AMBIGUOUS,
                "PGRST203",
                "Could not choose the best candidate function between: " + candidates,
                null,
                "Try renaming the parameters or the function itself in the database so function overloading can be "
                        + "resolved");
    }

    private static QueryError unknown(String name, Payload payload, List<Routine> functions, Catalog catalog) {
        var names = payload.names();
        var whole =
                payload instanceof Payload.Whole body ? " with a single unnamed " + body.type() + " parameter" : null;
        var sought = whole != null ? whole : named(names);
        var message = whole != null ? "" : names.isEmpty() ? sought : "(" + list(names) + ")";
        var alternative = payload instanceof Payload.Json ? " or with a single unnamed json/jsonb parameter" : "";
        return new QueryError(
                QueryError.Kind.NOT_FOUND,
                "PGRST202",
                "Could not find the function " + SCHEMA + name + message + " in the schema cache",
                "Searched for the function " + SCHEMA + name + sought + alternative
                        + ", but no matches were found in the schema cache.",
                hint(name, names, functions, catalog));
    }

    private static String named(Set<String> names) {
        return names.isEmpty()
                ? " without parameters"
                : " with parameter" + (names.size() > 1 ? "s " : " ") + list(names);
    }

    // A body can hold any number of them.
    private static String list(Set<String> names) {
        var all = names.stream().limit(MOST).collect(Collectors.joining(", "));
        var shown = all.length() > LONGEST ? all.substring(0, all.offsetByCodePoints(0, LONGEST / 2)) : all;
        return names.size() > MOST || shown.length() < all.length() ? shown + ", …" : shown;
    }

    private static @Nullable String hint(String name, Set<String> names, List<Routine> functions, Catalog catalog) {
        if (names.size() > MOST) {
            return null;
        }
        var near = functions.isEmpty() ? nearest(name, catalog) : nearest(names, functions);
        return near == null ? null : "Perhaps you meant to call the function " + SCHEMA + near;
    }

    private static @Nullable String nearest(String name, Catalog catalog) {
        var known = catalog.routines().entrySet().stream()
                .filter(routines -> routines.getValue().stream().anyMatch(r -> r.kind() == Routine.Kind.FUNCTION))
                .map(routines -> routines.getKey())
                .toList();
        return NearNames.nearest(name, known);
    }

    // The one that knows most of the given names, misspelt ones included.
    private static @Nullable String nearest(Set<String> names, List<Routine> functions) {
        return functions.stream()
                .filter(function -> shared(names, function) > 0 || (names.isEmpty() && functions.size() == 1))
                .max(Comparator.comparingLong((Routine function) -> shared(names, function))
                        .thenComparingInt(function -> -function.inputs().size()))
                .map(Overloads::signature)
                .orElse(null);
    }

    private static long shared(Set<String> names, Routine function) {
        var known = function.inputs().stream()
                .map(Argument::name)
                .filter(name -> !name.isEmpty())
                .toList();
        return names.stream()
                .map(name -> known.contains(name) ? name : NearNames.nearest(name, known))
                .filter(Objects::nonNull)
                .distinct()
                .count();
    }

    private static String signature(Routine function) {
        var names = function.inputs().stream().map(Argument::name).toList();
        return names.stream().allMatch(String::isEmpty)
                ? function.name()
                : function.name() + "(" + String.join(", ", names) + ")";
    }

    private static String typed(Routine function) {
        var arguments = new ArrayList<String>();
        for (var input : function.inputs()) {
            arguments.add(input.name() + " => " + input.type().display());
        }
        return SCHEMA + function.name() + "(" + String.join(", ", arguments) + ")";
    }
}
