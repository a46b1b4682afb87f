package dev.rowhouse.k8s;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ClassPathResource;
import tools.jackson.databind.JsonNode;

/**
 * A small, strict schema. A member whose name ends with {@code !} must be there, {@code *} stands for every name, a list has the
 * shape of its one entry, and a text names a type or the words that are allowed, apart by {@code |}.
 */
record Shape(JsonNode json) {

    private static final Map<String, Pattern> TEXTS = Map.of(
            "string", Pattern.compile("(?s).+"),
            "duration", Pattern.compile("(\\d+(ms|s|m|h))+"),
            "quantity", Pattern.compile("\\d+(\\.\\d+)?(m|[KMGT]i)?"));
    private static final Map<String, JsonNode> SHAPES = read();

    private static Map<String, JsonNode> read() {
        try (var file = new ClassPathResource("dev/rowhouse/k8s/shapes.yaml").getInputStream()) {
            return Manifest.value(new String(file.readAllBytes(), StandardCharsets.UTF_8))
                    .propertyStream()
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The shape of the {@code spec} of a kind, or null. */
    static @Nullable Shape of(String type) {
        var json = SHAPES.get(type);
        return json == null ? null : new Shape(json);
    }

    /** Returns what differs, each beginning with the path to it. */
    Stream<String> violations(JsonNode value) {
        if (json.isObject()) {
            return value.isObject() ? members(value) : Stream.of(" is no object: " + value);
        }
        if (json.isArray()) {
            return value.isArray()
                    ? IntStream.range(0, value.size())
                            .boxed()
                            .flatMap(index -> new Shape(json.path(0))
                                    .violations(value.path(index))
                                    .map(violation -> "[" + index + "]" + violation))
                    : Stream.of(" is no list: " + value);
        }
        return isOf(json.asString(), value) ? Stream.of() : Stream.of(" is not " + json.asString() + ": " + value);
    }

    private Stream<String> members(JsonNode value) {
        var missing = json.propertyNames().stream()
                .filter(name -> name.endsWith("!"))
                .map(name -> name.substring(0, name.length() - 1))
                .filter(name -> !value.has(name))
                .map(name -> "." + name + " is missing");
        var wrong = value.propertyStream().flatMap(member -> {
            var path = "." + member.getKey();
            var shape = Stream.of(member.getKey(), member.getKey() + "!", "*")
                    .filter(json::has)
                    .map(json::path)
                    .findFirst();
            return shape.isEmpty()
                    ? Stream.of(path + " is unknown")
                    : new Shape(shape.get()).violations(member.getValue()).map(violation -> path + violation);
        });
        return Stream.concat(missing, wrong);
    }

    private static boolean isOf(String type, JsonNode value) {
        return switch (type) {
            case "integer" -> value.isInt();
            case "boolean" -> value.isBoolean();
            case "scalar" -> value.isValueNode() && !value.isNull();
            case "string", "duration", "quantity" ->
                value.isString() && TEXTS.get(type).matcher(value.asString()).matches();
            default -> value.isString() && words(type).contains(value.asString());
        };
    }

    private static List<String> words(String type) {
        return Arrays.stream(type.split("\\|")).map(String::strip).toList();
    }
}
