package dev.rowhouse.app.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file of cases. Its form:
 *
 * <pre>
 * # chapter
 * ## section
 * ### name of the case
 * &gt; GET /people?age=lt.13        the request, then its headers, each behind "&gt; "
 * &lt; 200                          the answer, then some of its headers, each behind "&lt; "
 * [{"id": 3}]                    its body; nothing for none, "..." for any
 * </pre>
 *
 * A body of the request stands between its headers and the answer; a line of it that begins with one of these signs has a bar before it. Several exchanges of one case follow each other. Text between
 * a heading and the first request is for the reader.
 */
final class Transcript {

    private final String file;
    private final List<Case> cases = new ArrayList<>();
    private String chapter = "";
    private String section = "";
    private @Nullable String name;
    private int line;
    private List<Exchange> exchanges = new ArrayList<>();
    private @Nullable Request request;
    private @Nullable Answer answer;

    private Transcript(String file) {
        this.file = file;
    }

    static List<Case> parse(String file, String text) {
        var reading = new Transcript(file);
        var lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            reading.line(lines.get(i), i + 1);
        }
        reading.endCase();
        return reading.cases;
    }

    private void line(String text, int number) {
        if (text.startsWith("# ")) {
            endCase();
            chapter = text.substring(2);
        } else if (text.startsWith("## ")) {
            endCase();
            section = text.substring(3);
        } else if (text.startsWith("### ")) {
            endCase();
            name = text.substring(4);
            line = number;
        } else if (text.startsWith("> ")) {
            requestLine(text.substring(2), number);
        } else if (text.startsWith("< ")) {
            answerLine(text.substring(2), number);
        } else if (answer != null) {
            answer.body.add(literal(text));
        } else if (request != null) {
            request.body.add(literal(text));
        }
    }

    private static String literal(String text) {
        return text.startsWith("|") ? text.substring(1) : text;
    }

    private void requestLine(String text, int number) {
        if (name == null) {
            throw broken(number, "a request outside of a case");
        }
        if (answer != null) {
            endExchange();
        }
        if (request != null) {
            request.headers.add(header(text, number));
            return;
        }
        var parts = text.split(" ", 2);
        if (parts.length != 2 || !parts[1].startsWith("/")) {
            throw broken(number, "no request line");
        }
        request = new Request(parts[0], parts[1], new ArrayList<>(), new ArrayList<>());
    }

    private void answerLine(String text, int number) {
        if (request == null) {
            throw broken(number, "an answer without a request");
        }
        if (answer == null) {
            answer = new Answer(Integer.parseInt(text.strip()), new ArrayList<>(), new ArrayList<>());
        } else {
            answer.headers.add(header(text, number));
        }
    }

    private Entry<String, String> header(String text, int number) {
        int colon = text.indexOf(':');
        if (colon < 1) {
            throw broken(number, "no header");
        }
        return Map.entry(text.substring(0, colon), text.substring(colon + 1).strip());
    }

    private void endExchange() {
        if (request == null) {
            return;
        }
        if (answer == null) {
            throw broken(line, "a request without an answer");
        }
        var expected = joined(answer.body);
        exchanges.add(new Exchange(
                request.method,
                request.target,
                request.headers,
                joined(request.body),
                answer.status,
                answer.headers,
                expected.equals("...") ? null : expected));
        request = null;
        answer = null;
    }

    private void endCase() {
        endExchange();
        if (name != null) {
            if (exchanges.isEmpty()) {
                throw broken(line, "a case without a request");
            }
            cases.add(new Case(file, line, chapter, section, name, exchanges));
        }
        exchanges = new ArrayList<>();
        name = null;
    }

    private static String joined(List<String> lines) {
        return String.join("\n", lines).strip();
    }

    private IllegalStateException broken(int number, String why) {
        return new IllegalStateException(file + ":" + number + ": " + why);
    }

    private record Request(String method, String target, List<Entry<String, String>> headers, List<String> body) {}

    private record Answer(int status, List<Entry<String, String>> headers, List<String> body) {}
}
