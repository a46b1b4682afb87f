package dev.rowhouse.platform.json;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Takes an object apart that PostgreSQL has written (RFC 8259), without reading what is in it: each value stays the text that
 * it is. So no number changes, and none is too long or too deep for a parser, of which PostgreSQL's knows other bounds.
 */
public final class JsonMembers {

    private static final JsonMapper STRINGS = new JsonMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build());

    private final String text;
    private int at;

    private JsonMembers(String text) {
        this.text = text;
    }

    /** Returns the object's members in their order, each value as JSON. */
    public static Map<String, String> of(String object) {
        return new JsonMembers(object).members();
    }

    /** Returns the characters of a JSON string, and of any other value its JSON. */
    public static String plain(String value) {
        if (!value.startsWith("\"")) {
            return value;
        }
        return value.indexOf('\\') < 0
                ? value.substring(1, value.length() - 1)
                : STRINGS.readValue(value, String.class);
    }

    private Map<String, String> members() {
        var members = new LinkedHashMap<String, String>();
        take('{');
        if (next() == '}') {
            return members;
        }
        while (true) {
            var name = value();
            take(':');
            members.put(plain(name), value());
            if (next() == '}') {
                return members;
            }
            take(',');
        }
    }

    private void take(char expected) {
        if (next() != expected) {
            throw new IllegalArgumentException("no JSON object: " + expected + " is missing at " + at);
        }
        at++;
    }

    private char next() {
        while (at < text.length() && text.charAt(at) <= ' ') {
            at++;
        }
        return at < text.length() ? text.charAt(at) : 0;
    }

    private String value() {
        var first = next();
        var from = at;
        if (first == '"') {
            string();
        } else if (first == '{' || first == '[') {
            container();
        } else {
            while (at < text.length() && ",}] \t\n\r".indexOf(text.charAt(at)) < 0) {
                at++;
            }
        }
        return text.substring(from, at);
    }

    private void string() {
        for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
            if (text.charAt(at) == '\\') {
                at++;
            }
        }
        at = Math.min(at + 1, text.length());
    }

    private void container() {
        var depth = 0;
        do {
            var here = next();
            if (here == '"') {
                string();
                continue;
            }
            depth += here == '{' || here == '[' ? 1 : here == '}' || here == ']' ? -1 : 0;
            at++;
        } while (depth > 0 && at < text.length());
    }
}
