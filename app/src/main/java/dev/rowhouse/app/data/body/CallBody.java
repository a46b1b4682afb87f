package dev.rowhouse.app.data.body;

import dev.rowhouse.app.data.plan.Payload;
import dev.rowhouse.app.problem.JsonFault;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.exc.StreamConstraintsException;

/** The body of a call: checked as far as it can be, its names noted, and otherwise passed on as it came. */
public final class CallBody {

    private CallBody() {}

    /**
     * Reads a JSON body; none at all is an empty object.
     *
     * @param columns the members that are arguments; empty for all
     */
    public static Payload json(byte[] body, List<String> columns) {
        var text = body.length == 0 ? "{}" : text(body);
        try (var parser = JsonBody.JSON.createParser(ObjectReadContext.empty(), text)) {
            var first = parser.nextToken();
            if (first == null) {
                throw BodyErrors.unreadable("Empty or invalid json", null);
            }
            boolean listed = first == JsonToken.START_ARRAY;
            var members = listed ? membersOfFirst(parser) : members(parser);
            if (parser.nextToken() != null) {
                throw BodyErrors.unreadable("the body goes on after its JSON value", null);
            }
            if (!columns.isEmpty()) {
                members.retainAll(columns);
            }
            return new Payload.Json(members, text, listed);
        } catch (StreamConstraintsException e) {
            throw BodyErrors.unreadable(
                    "the body is nested deeper than " + JsonBody.DEEPEST + " or holds an overlong number or name",
                    null);
        } catch (JacksonException e) {
            throw BodyErrors.unreadable("Empty or invalid json", where(e));
        }
    }

    /** Takes the whole body for one text. */
    public static Payload text(String type, byte[] body) {
        return new Payload.Whole(type, text(body));
    }

    /** Takes the whole body for one {@code bytea}. */
    public static Payload binary(byte[] body) {
        return new Payload.Whole("bytea", "\\x" + HexFormat.of().formatHex(body));
    }

    /** Returns the body as text, which PostgreSQL takes only without NUL. */
    public static String text(byte[] body) {
        if (!Utf8.isValid(body, 0, body.length)) {
            throw BodyErrors.unreadable("the body is not UTF-8 or holds a NUL", null);
        }
        var text = new String(body, StandardCharsets.UTF_8);
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private static Set<String> membersOfFirst(JsonParser parser) {
        Set<String> members = new LinkedHashSet<>();
        boolean first = true;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            var found = members(parser);
            if (first) {
                members = found;
                first = false;
            }
        }
        return members;
    }

    private static Set<String> members(JsonParser parser) {
        var members = new LinkedHashSet<String>();
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            FieldCheck.skip(parser);
            return members;
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            members.add(parser.currentName());
            parser.nextToken();
            FieldCheck.skip(parser);
        }
        return members;
    }

    private static @Nullable String where(JacksonException e) {
        var location = e.getLocation();
        return location == null
                ? JsonFault.text(e)
                : "line " + location.getLineNr() + ", column " + location.getColumnNr() + ": " + JsonFault.text(e);
    }
}
