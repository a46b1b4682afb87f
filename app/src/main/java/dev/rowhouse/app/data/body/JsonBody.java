package dev.rowhouse.app.data.body;

import dev.rowhouse.app.data.plan.ChangePlan;
import dev.rowhouse.app.data.plan.InsertPlan;
import dev.rowhouse.app.data.plan.Rows;
import dev.rowhouse.app.data.plan.Targets;
import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.app.problem.JsonFault;
import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.Relation;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/** A whole JSON body: read once to check it, then passed to PostgreSQL as the client wrote it. */
public final class JsonBody {

    private static final int DEEPEST = 64;
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxNameLength(1_000)
                    .build())
            .build();

    private final Relation relation;
    // The columns that count; null until the first object has named them.
    private @Nullable Map<String, Column> columns;
    private final boolean named;

    private JsonBody(Relation relation, List<Column> columns) {
        this.relation = relation;
        this.named = !columns.isEmpty();
        if (named) {
            this.columns = new LinkedHashMap<>();
            for (var column : columns) {
                this.columns.put(column.name(), column);
            }
        }
    }

    /** Reads the object or the array of objects of a {@code POST}; an array's objects all have the same members. */
    public static Rows insert(InsertPlan plan, byte[] body) {
        return new JsonBody(plan.relation(), plan.columns()).rows(text(body), true);
    }

    /** Reads the object of a {@code PATCH}. */
    public static Rows update(ChangePlan plan, byte[] body) {
        return new JsonBody(plan.relation(), List.of()).rows(text(body), false);
    }

    private Rows rows(String text, boolean many) {
        try (var parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            var first = parser.nextToken();
            boolean array = first == JsonToken.START_ARRAY;
            if (array && many) {
                objects(parser);
            } else if (first == JsonToken.START_OBJECT) {
                object(parser, 0);
            } else {
                throw BodyErrors.unreadable("the body is no JSON object" + (many ? " or array of objects" : ""), null);
            }
            if (parser.nextToken() != null) {
                throw BodyErrors.unreadable("the body goes on after its JSON value", where(parser));
            }
            var found = columns == null ? List.<Column>of() : List.copyOf(columns.values());
            return new Rows(found, many && !array ? "[" + text + "]" : text);
        } catch (StreamConstraintsException e) {
            throw BodyErrors.unreadable(
                    "the body is nested deeper than " + DEEPEST + " or holds an overlong number or name", null);
        } catch (JacksonException e) {
            throw BodyErrors.unreadable("Empty or invalid json", where(e));
        }
    }

    private void objects(JsonParser parser) {
        long row = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw BodyErrors.unreadable("row " + row + " of the body is no JSON object", where(parser));
            }
            object(parser, row++);
        }
    }

    private void object(JsonParser parser, long row) {
        var known = columns;
        var expected = known == null ? new LinkedHashMap<String, Column>() : known;
        int members = 0;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            var name = parser.currentName();
            var column = expected.get(name);
            if (column == null && known == null) {
                column = Targets.writable(name, relation, "named by row " + row + " of the body");
                expected.put(name, column);
            }
            parser.nextToken();
            if (column != null) {
                new FieldCheck(column, row).value(parser);
                members++;
            } else if (named) {
                FieldCheck.skip(parser);
            } else {
                throw mismatch("row " + row + " has '" + BodyErrors.shown(name) + "', which row 0 has not");
            }
        }
        if (!named && members < expected.size()) {
            throw mismatch("row " + row + " lacks a member that row 0 has");
        }
        columns = expected;
    }

    private static QueryError mismatch(String details) {
        return BodyErrors.unreadable("All object keys must match", details);
    }

    private static String text(byte[] body) {
        try {
            var text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw BodyErrors.unreadable("the body is not UTF-8", null);
        }
    }

    private static @Nullable String where(JacksonException e) {
        var location = e.getLocation();
        return location == null
                ? JsonFault.text(e)
                : "line " + location.getLineNr() + ", column " + location.getColumnNr() + ": " + JsonFault.text(e);
    }

    private static String where(JsonParser parser) {
        var location = parser.currentTokenLocation();
        return "line " + location.getLineNr() + ", column " + location.getColumnNr();
    }
}
