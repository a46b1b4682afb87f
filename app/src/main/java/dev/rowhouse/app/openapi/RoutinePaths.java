package dev.rowhouse.app.openapi;

import dev.rowhouse.tenancy.catalog.ColumnType.Category;
import dev.rowhouse.tenancy.catalog.Routine;
import dev.rowhouse.tenancy.catalog.Routine.Argument;
import dev.rowhouse.tenancy.catalog.Routine.Volatility;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** How a function is called: all overloads of one name. */
final class RoutinePaths {

    private final List<Routine> overloads;
    private final String name;
    private final String tag;
    private final Names ids;
    private final Map<String, ObjectNode> rows;

    /** @param rows refers by relation to what its rows look like */
    RoutinePaths(List<Routine> overloads, String tag, Names ids, Map<String, ObjectNode> rows) {
        this.overloads = overloads;
        this.name = overloads.getFirst().name();
        this.tag = tag;
        this.ids = ids;
        this.rows = rows;
    }

    ObjectNode path() {
        var path = Json.object();
        var reading = overloads.stream()
                .filter(routine -> routine.volatility() != Volatility.VOLATILE)
                .filter(routine -> routine.inputs().stream()
                        .noneMatch(argument -> argument.name().isEmpty()))
                .toList();
        if (!reading.isEmpty()) {
            path.set("get", get(reading));
        }
        path.set("post", post());
        return path;
    }

    private ObjectNode get(List<Routine> reading) {
        var operation = operation("read_", reading);
        arguments(reading).forEach((argument, parameter) -> operation.takes(parameter));
        return operation
                .takes(rowParameters(reading, arguments(reading)))
                .takes(Stream.of("preferRead"))
                .refuses(400, 401, 403, 404, 406, 416, 429, 503)
                .node();
    }

    private ObjectNode post() {
        var operation = operation("call_", overloads)
                .takes(rowParameters(overloads, Map.of()))
                .takes(Stream.of("preferCall", "idempotencyKey"))
                .refuses(400, 401, 403, 404, 406, 409, 413, 415, 422, 429, 503);
        var unnamed = overloads.stream().filter(RoutinePaths::takesWholeBody).findFirst();
        var named = overloads.stream()
                .filter(routine -> !takesWholeBody(routine))
                .map(RoutinePaths::body)
                .toList();
        var content = Json.object();
        if (!named.isEmpty()) {
            content.set(Operation.JSON, Json.media(named.size() == 1 ? named.getFirst() : oneOf(named)));
        }
        unnamed.ifPresent(routine -> {
            var type = routine.inputs().getFirst().type();
            content.set(wholeBody(type.name()), Json.media(TypeSchemas.of(type, false)));
        });
        return operation.body(content).node();
    }

    private Operation operation(String verb, List<Routine> called) {
        var comment = called.stream()
                .map(Routine::comment)
                .filter(text -> !Comments.text(text).isEmpty())
                .findFirst()
                .orElse(null);
        var rest = Comments.rest(comment);
        var operation = new Operation(
                tag,
                ids.claim(verb + name),
                Comments.summary(comment, "Call " + name),
                rest.isEmpty() ? "The arguments go by their names" : rest);
        var results = called.stream().map(this::result).distinct().toList();
        var headers = Headers.named("Content-Range", "Preference-Applied");
        if (called.stream().anyMatch(routine -> routine.result() == Routine.Result.VOID)) {
            operation.answers(204, "Done", Headers.named("Preference-Applied"), Json.object());
        }
        if (called.stream().anyMatch(routine -> routine.result() != Routine.Result.VOID)) {
            operation.answers(200, "The result", headers, results.size() == 1 ? results.getFirst() : joined(results));
        }
        return operation;
    }

    private static ObjectNode joined(List<ObjectNode> contents) {
        var schemas = new LinkedHashMap<String, List<JsonNode>>();
        contents.forEach(content -> content.properties()
                .forEach(media -> schemas.computeIfAbsent(media.getKey(), _ -> new ArrayList<>())
                        .add(media.getValue().get("schema"))));
        var joined = Json.object();
        schemas.forEach((media, all) -> {
            var schema = Json.object();
            schema.set("anyOf", Json.array(all));
            joined.set(media, Json.media(schema));
        });
        return joined;
    }

    private ObjectNode result(Routine routine) {
        var mediaType = routine.mediaType();
        if (mediaType != null) {
            return Operation.content(mediaType, Json.object());
        }
        return switch (routine.result()) {
            case VOID -> Json.object();
            case SCALAR -> {
                var value = TypeSchemas.of(routine.returns(), true);
                yield Operation.content(Operation.JSON, routine.returnsSet() ? Json.arrayOf(value) : value);
            }
            case COMPOSITE, RECORD -> {
                var row = row(routine);
                yield routine.returnsSet() ? Operation.rows(row) : Operation.content(Operation.JSON, row);
            }
        };
    }

    private ObjectNode row(Routine routine) {
        var known = routine.returnsRelation() == null ? null : rows.get(routine.returnsRelation());
        if (known != null) {
            return known;
        }
        var row = Json.typed("object");
        if (!routine.outputs().isEmpty()) {
            var properties = row.putObject("properties");
            routine.outputs().forEach(column -> properties.set(column.name(), TypeSchemas.of(column.type(), true)));
        }
        return row;
    }

    private static boolean takesWholeBody(Routine routine) {
        var inputs = routine.inputs();
        return inputs.size() == 1 && inputs.getFirst().name().isEmpty();
    }

    private static String wholeBody(String type) {
        return switch (type) {
            case "json", "jsonb" -> Operation.JSON;
            case "bytea" -> "application/octet-stream";
            case "xml" -> "text/xml";
            default -> "text/plain";
        };
    }

    private static ObjectNode body(Routine routine) {
        var schema = Json.typed("object");
        var required = new ArrayList<String>();
        var properties = schema.putObject("properties");
        for (var argument : routine.inputs()) {
            properties.set(argument.name(), TypeSchemas.of(argument.type(), true));
            if (isRequired(argument)) {
                required.add(argument.name());
            }
        }
        if (!required.isEmpty()) {
            schema.set("required", Json.texts(required));
        }
        return schema;
    }

    private static boolean isRequired(Argument argument) {
        return !argument.hasDefault() && argument.mode() != Argument.Mode.VARIADIC;
    }

    private static ObjectNode oneOf(List<ObjectNode> schemas) {
        var any = Json.object();
        any.set("anyOf", Json.array(schemas));
        return any;
    }

    // With overloads no argument is one of all calls, so none is required.
    private static Map<String, ObjectNode> arguments(List<Routine> called) {
        var parameters = new LinkedHashMap<String, ObjectNode>();
        for (var routine : called) {
            for (var argument : routine.inputs()) {
                parameters.computeIfAbsent(
                        argument.name(), _ -> parameter(argument, called.size() == 1 && isRequired(argument)));
            }
        }
        return parameters;
    }

    private static ObjectNode parameter(Argument argument, boolean required) {
        var parameter = Parameters.parameter(
                argument.name(),
                Parameters.QUERY,
                argument.name() + " (" + argument.type().display() + ")");
        if (required) {
            parameter.put("required", true);
        }
        if (argument.mode() == Argument.Mode.VARIADIC) {
            parameter.put("explode", true);
            parameter.set("schema", Json.arrayOf(Json.typed("string")));
        } else {
            parameter.set("schema", TypeSchemas.ofText(argument.type()));
        }
        return parameter;
    }

    // An argument takes the place of a parameter of its name.
    private static Stream<String> rowParameters(List<Routine> called, Map<String, ObjectNode> arguments) {
        var rows = called.stream()
                .anyMatch(routine -> routine.returnsSet() || routine.returns().category() == Category.COMPOSITE);
        return rows ? Parameters.OF_ROWS_OF_A_CALL.stream().filter(key -> !arguments.containsKey(key)) : Stream.of();
    }
}
