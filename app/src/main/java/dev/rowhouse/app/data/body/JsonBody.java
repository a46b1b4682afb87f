package dev.rowhouse.app.data.body;

import dev.rowhouse.app.data.plan.ChangePlan;
import dev.rowhouse.app.data.plan.InsertPlan;
import dev.rowhouse.app.data.plan.Rows;
import dev.rowhouse.app.data.plan.Rows.Row;
import dev.rowhouse.app.data.plan.Targets;
import dev.rowhouse.app.data.query.QueryError;
import dev.rowhouse.app.problem.JsonFault;
import dev.rowhouse.tenancy.catalog.Column;
import dev.rowhouse.tenancy.catalog.Relation;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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

    static final int DEEPEST = 64;

    private static final int MOST_UNEVEN = 1_000;

    /** What a body may be, of a write or of a call. */
    static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxNameLength(1_000)
                    .build())
            .build();

    private final Relation relation;
    private final boolean orDefault;
    // The columns that count; null until the first object has named them.
    private @Nullable Map<String, Column> columns;
    private final boolean named;
    private final List<Row> rows = new ArrayList<>();
    private long size;

    private JsonBody(Relation relation, List<Column> columns, boolean missingDefault) {
        this.relation = relation;
        this.named = !columns.isEmpty();
        this.orDefault = missingDefault && named;
        if (named) {
            this.columns = byName(columns);
        }
    }

    /**
     * Reads the object or the array of objects of a {@code POST} or {@code PUT}; an array's objects all have the same
     * members, unless the client named those that count.
     */
    public static Rows insert(InsertPlan plan, byte[] body) {
        return new JsonBody(plan.relation(), plan.columns(), plan.missingDefault()).inserted(text(body));
    }

    /** Reads the object of a {@code PATCH}, alone or as the only one of an array; an empty array changes nothing. */
    public static Rows update(ChangePlan plan, byte[] body) {
        return new JsonBody(plan.relation(), plan.columns(), plan.missingDefault()).updated(text(body));
    }

    private Rows inserted(String text) {
        boolean array = read(text);
        var json = array ? text : "[" + text + "]";
        if (!orDefault) {
            return new Rows(size == 0 ? List.of() : counting(), json, size);
        }
        var given = rows.isEmpty() ? List.<Column>of() : rows.getFirst().columns();
        if (rows.stream().allMatch(row -> row.columns().equals(given))) {
            return new Rows(given, json, size);
        }
        if (size > MOST_UNEVEN) {
            throw BodyErrors.unreadable(
                    "the rows of the body do not have the same members",
                    "with missing=default, at most " + MOST_UNEVEN + " such rows are taken at once, not " + size);
        }
        return new Rows(List.copyOf(byName(counting()).values()), json, size, rows);
    }

    private Rows updated(String text) {
        boolean array = read(text);
        if (size > 1) {
            throw BodyErrors.unreadable("an update takes one JSON object, not " + size, null);
        }
        if (size == 0) {
            return new Rows(List.of(), "{}", 0);
        }
        var given = orDefault ? rows.getFirst().columns() : counting();
        return new Rows(given, array ? text.strip().substring(1, text.strip().length() - 1) : text, size);
    }

    private List<Column> counting() {
        return columns == null ? List.of() : List.copyOf(columns.values());
    }

    private static Map<String, Column> byName(List<Column> columns) {
        var byName = new LinkedHashMap<String, Column>();
        for (var column : columns) {
            byName.put(column.name(), column);
        }
        return byName;
    }

    /** Says whether the body is an array. */
    private boolean read(String text) {
        try (var parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            var first = parser.nextToken();
            boolean array = first == JsonToken.START_ARRAY;
            if (array) {
                objects(parser, text);
            } else if (first == JsonToken.START_OBJECT) {
                object(parser, text);
            } else {
                throw BodyErrors.unreadable(
                        first == null ? "Empty or invalid json" : "the body is no JSON object or array of objects",
                        null);
            }
            if (parser.nextToken() != null) {
                throw BodyErrors.unreadable("the body goes on after its JSON value", where(parser));
            }
            return array;
        } catch (StreamConstraintsException e) {
            throw BodyErrors.unreadable(
                    "the body is nested deeper than " + DEEPEST + " or holds an overlong number or name", null);
        } catch (JacksonException e) {
            throw BodyErrors.unreadable("Empty or invalid json", where(e));
        }
    }

    private void objects(JsonParser parser, String text) {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw BodyErrors.unreadable("row " + size + " of the body is no JSON object", where(parser));
            }
            object(parser, text);
        }
    }

    private void object(JsonParser parser, String text) {
        long row = size++;
        var known = columns;
        var expected = known == null ? new LinkedHashMap<String, Column>() : known;
        int from = (int) parser.currentTokenLocation().getCharOffset();
        var given = new ArrayList<Column>();
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
                if (orDefault) {
                    given.add(Targets.writable(name, relation, "given by row " + row + " of the body"));
                }
            } else if (named) {
                FieldCheck.skip(parser);
            } else {
                throw mismatch("row " + row + " has '" + BodyErrors.shown(name) + "', which row 0 has not");
            }
        }
        if (!named && members < expected.size()) {
            throw mismatch("row " + row + " lacks a member that row 0 has");
        }
        if (orDefault) {
            var end = (int) parser.currentLocation().getCharOffset();
            rows.add(new Row(inOrder(given), text.substring(from, end)));
        }
        columns = expected;
    }

    // Whatever the order of its members, a row is even with another that has the same.
    private List<Column> inOrder(List<Column> given) {
        return counting().stream().filter(given::contains).toList();
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
