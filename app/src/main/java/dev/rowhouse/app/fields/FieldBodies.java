package dev.rowhouse.app.fields;

import dev.rowhouse.app.problem.JsonFault;
import dev.rowhouse.app.problem.Problem;
import dev.rowhouse.app.problem.ProblemType;
import dev.rowhouse.tenancy.catalog.CustomField;
import dev.rowhouse.tenancy.catalog.FieldType;
import dev.rowhouse.tenancy.fields.Field;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/** Fields as requests and answers write them. What is not understood is refused by name. */
final class FieldBodies {

    private static final List<String> KNOWN = List.of("relation", "name", "type", "nullable", "default", "comment");
    private static final int LONGEST_COMMENT = 1_000;
    private static final int LONGEST_DEFAULT = 4_000;
    private static final int DEEPEST = 64;
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private FieldBodies() {}

    static CustomField read(byte[] body) {
        var object = parse(body);
        var type = type(text(object, "type"));
        var defaultJson = defaultJson(object, type);
        var nullable = bool(object, "nullable", true);
        if (!nullable && defaultJson == null) {
            throw invalid("default", "a field that is not nullable needs a default for the rows that are there");
        }
        return new CustomField(
                text(object, "relation"), named(text(object, "name")), type, nullable, defaultJson, comment(object));
    }

    static Map<String, @Nullable Object> view(Field field) {
        var definition = field.definition();
        var json = definition.defaultJson();
        var view = new LinkedHashMap<String, @Nullable Object>();
        view.put("relation", definition.relation());
        view.put("name", definition.name());
        view.put("type", definition.type().label());
        view.put("nullable", definition.nullable());
        view.put("default", json == null ? null : JSON.readTree(json));
        view.put("comment", definition.comment());
        view.put("state", field.state().label());
        view.put("created_at", field.createdAt().toString());
        return view;
    }

    /** Returns the column's name for a name with or without its beginning. */
    static String columnName(String name) {
        return name.startsWith(CustomField.PREFIX) ? name : CustomField.PREFIX + name;
    }

    private static String named(String name) {
        var column = columnName(name);
        if (!CustomField.isName(column)) {
            throw invalid("name", "name is 1 to 60 small letters, digits and _, after x_ or without it");
        }
        return column;
    }

    private static FieldType type(String label) {
        var type = FieldType.of(label);
        if (type == null) {
            throw invalid("type", "type '" + label + "' is not known here")
                    .withHint("known types: "
                            + Arrays.stream(FieldType.values())
                                    .map(FieldType::label)
                                    .collect(Collectors.joining(", ")));
        }
        return type;
    }

    private static @Nullable String defaultJson(JsonNode object, FieldType type) {
        var value = object.get("default");
        if (value == null || value.isNull()) {
            return null;
        }
        var text = type.textOf(value);
        if (text == null) {
            throw invalid("default", "default is no JSON value for type " + type.label());
        }
        if (text.length() > LONGEST_DEFAULT) {
            throw invalid("default", "default is longer than " + LONGEST_DEFAULT + " characters");
        }
        return storable("default", value.toString());
    }

    private static @Nullable String comment(JsonNode object) {
        var value = object.get("comment");
        if (value == null || value.isNull()) {
            return null;
        }
        var comment = text(object, "comment");
        if (comment.length() > LONGEST_COMMENT) {
            throw invalid("comment", "comment is longer than " + LONGEST_COMMENT + " characters");
        }
        return comment;
    }

    private static String text(JsonNode object, String member) {
        var value = object.get(member);
        if (value == null || !value.isString()) {
            throw invalid(member, "member '" + member + "' is " + (value == null ? "missing" : "no text"));
        }
        return storable(member, value.stringValue());
    }

    private static boolean bool(JsonNode object, String member, boolean ifAbsent) {
        var value = object.get(member);
        if (value != null && !value.isBoolean()) {
            throw invalid(member, "member '" + member + "' is neither true nor false");
        }
        return value == null ? ifAbsent : value.booleanValue();
    }

    // PostgreSQL's texts hold every character but NUL; half a surrogate pair is no character.
    private static String storable(String member, String text) {
        if (text.indexOf('\0') >= 0
                || text.contains("\\u0000")
                || !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw invalid(member, "member '" + member + "' contains NUL or half a surrogate pair");
        }
        return text;
    }

    private static JsonNode parse(byte[] body) {
        try {
            var node = JSON.readTree(body);
            if (node == null || !node.isObject()) {
                throw Problem.of(ProblemType.INVALID_JSON, "the body is no JSON object");
            }
            for (var member : node.propertyNames()) {
                if (!KNOWN.contains(member)) {
                    throw Problem.of(ProblemType.INVALID_JSON, "member '" + member + "' is not known here")
                            .withHint("known members: " + String.join(", ", KNOWN))
                            .with("member", member);
                }
            }
            return node;
        } catch (JacksonException e) {
            throw Problem.of(ProblemType.INVALID_JSON, "the body is not JSON: " + JsonFault.text(e));
        } catch (NumberFormatException e) {
            throw JsonFault.numberOutOfRange();
        }
    }

    private static Problem invalid(String member, String message) {
        return Problem.of(ProblemType.INVALID_VALUE, message).with("member", member);
    }
}
