package dev.rowhouse.app.admin;

import dev.rowhouse.app.problem.JsonFault;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The members of a JSON object as a request gave them, read strictly: an unknown or repeated member, a wrong type or a
 * null is refused by name rather than guessed at.
 */
final class Members {

    private static final int MAX_DEPTH = 64;
    private static final int LONGEST_WORD = 200;
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final String prefix;
    private final JsonNode object;

    private Members(String prefix, JsonNode object) {
        this.prefix = prefix;
        this.object = object;
    }

    /** Reads an object that has no members but {@code known}. */
    static Members of(byte[] body, List<String> known) {
        return of("", parse(body), known);
    }

    /** Reads an array of objects that have no members but {@code known}. */
    static List<Members> listOf(byte[] body, List<String> known) {
        var array = parse(body);
        if (!array.isArray()) {
            throw wrongBody(array, "an array of objects");
        }
        return array.valueStream().map(element -> of("", element, known)).toList();
    }

    @Nullable
    String text(String name) {
        var value = object.get(name);
        return value == null ? null : textOf(prefix + name, value);
    }

    String text(String name, String ifAbsent) {
        var text = text(name);
        return text == null ? ifAbsent : text;
    }

    /** Returns a short text that says something; absent is null. */
    @Nullable
    String word(String name) {
        var text = text(name);
        if (text != null && (text.isBlank() || text.length() > LONGEST_WORD)) {
            throw Problem.of(ProblemType.INVALID_VALUE, prefix + name + " is 1 to " + LONGEST_WORD + " characters")
                    .with("member", prefix + name);
        }
        return text;
    }

    String word(String name, String ifAbsent) {
        var word = word(name);
        return word == null ? ifAbsent : word;
    }

    String requiredText(String name) {
        var text = text(name);
        if (text == null) {
            throw invalid("member '" + prefix + name + "' is missing").with("member", prefix + name);
        }
        return text;
    }

    @Nullable
    Integer integer(String name) {
        var value = object.get(name);
        if (value != null && !value.canConvertToInt()) {
            throw wrongType(name, value, "an integer");
        }
        return value == null ? null : value.intValue();
    }

    int integer(String name, int ifAbsent) {
        var value = integer(name);
        return value == null ? ifAbsent : value;
    }

    @Nullable
    Boolean bool(String name) {
        var value = object.get(name);
        if (value != null && !value.isBoolean()) {
            throw wrongType(name, value, "true or false");
        }
        return value == null ? null : value.booleanValue();
    }

    /** Returns the names and texts of a nested object; a null value is kept, for merge patches. */
    @Nullable
    Map<String, @Nullable String> texts(String name) {
        var value = object.get(name);
        if (value == null) {
            return null;
        }
        if (!value.isObject()) {
            throw wrongType(name, value, "an object");
        }
        var texts = new LinkedHashMap<String, @Nullable String>();
        value.properties()
                .forEach(entry -> texts.put(
                        storable(name, entry.getKey()),
                        entry.getValue().isNull() ? null : textOf(name + "." + entry.getKey(), entry.getValue())));
        return texts;
    }

    /** Returns the names and texts of a nested object, empty when absent; a null value is as if it were not there. */
    Map<String, String> presentTexts(String name) {
        var present = new LinkedHashMap<String, String>();
        var texts = texts(name);
        if (texts != null) {
            texts.forEach((key, value) -> {
                if (value != null) {
                    present.put(key, value);
                }
            });
        }
        return present;
    }

    /** Returns the names and whole numbers of a nested object; a null value is kept, for merge patches. */
    @Nullable
    Map<String, @Nullable Long> numbers(String name) {
        var value = object.get(name);
        if (value == null) {
            return null;
        }
        if (!value.isObject()) {
            throw wrongType(name, value, "an object");
        }
        var numbers = new LinkedHashMap<String, @Nullable Long>();
        for (var entry : value.properties()) {
            var number = entry.getValue();
            if (!number.isNull() && !number.canConvertToLong()) {
                throw wrongType(name + "." + entry.getKey(), number, "a whole number");
            }
            numbers.put(entry.getKey(), number.isNull() ? null : number.longValue());
        }
        return numbers;
    }

    /** Returns a nested list of texts; absent is empty. */
    List<String> textList(String name) {
        var value = object.get(name);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            throw wrongType(name, value, "an array");
        }
        return value.valueStream().map(element -> textOf(name, element)).toList();
    }

    /** Says whether the member is there and null: in a merge patch, that it is to be removed. */
    boolean isNull(String name) {
        var value = object.get(name);
        return value != null && value.isNull();
    }

    /** Returns a nested object as JSON, whatever it holds. */
    @Nullable
    String json(String name) {
        var value = object.get(name);
        if (value != null && !value.isObject()) {
            throw wrongType(name, value, "an object");
        }
        return value == null ? null : value.toString();
    }

    @Nullable
    Members object(String name, List<String> known) {
        var value = object.get(name);
        return value == null ? null : of(name, value, known);
    }

    private static Members of(String name, JsonNode node, List<String> known) {
        if (!node.isObject()) {
            throw name.isEmpty() ? wrongBody(node, "an object") : wrongType(name, node, "an object");
        }
        for (var member : node.propertyNames()) {
            if (!known.contains(member)) {
                throw invalid("member '" + member + "' is not known here")
                        .withHint("known members: " + String.join(", ", known))
                        .with("member", member);
            }
        }
        return new Members(name.isEmpty() ? "" : name + ".", node);
    }

    private static JsonNode parse(byte[] body) {
        try {
            var node = JSON.readTree(body);
            if (node == null || node.isMissingNode()) {
                throw invalid("the body is empty (expected: JSON)");
            }
            return node;
        } catch (JacksonException e) {
            var place = e.getLocation();
            var problem = invalid("the body is not JSON: " + JsonFault.text(e));
            throw place == null
                    ? problem
                    : problem.with("line", place.getLineNr()).with("column", place.getColumnNr());
        }
    }

    private static String textOf(String name, JsonNode value) {
        if (!value.isString()) {
            throw wrongType(name, value, "text");
        }
        return storable(name, value.stringValue());
    }

    // PostgreSQL's texts hold every character but NUL; half a surrogate pair is no character.
    private static String storable(String name, String text) {
        if (text.indexOf('\0') >= 0 || !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw invalid("member '" + name + "' contains NUL or half a surrogate pair")
                    .with("member", name);
        }
        return text;
    }

    private static Problem wrongBody(JsonNode value, String expected) {
        return invalid("the body is of type " + typeOf(value) + " (expected: " + expected + ")");
    }

    private static String typeOf(JsonNode value) {
        return value.getNodeType().name().toLowerCase(Locale.ROOT);
    }

    private static Problem wrongType(String name, JsonNode value, String expected) {
        return invalid("member '" + name + "' is of type " + typeOf(value) + " (expected: " + expected + ")")
                .with("member", name);
    }

    private static Problem invalid(String message) {
        return Problem.of(ProblemType.INVALID_JSON, message);
    }
}
