package dev.rowhouse.app.data.query;

import java.util.ArrayList;
import java.util.List;

/**
 * The name of a parameter: {@code actors.films.order} is the word {@code order} of {@code actors.films}.
 *
 * @param path the embedded resource it speaks of, from the outside in; empty for the resource itself
 * @param word what it says of it
 * @param operand what is filtered by; with another word than {@link Word#FILTER} meaningless
 * @param negated whether {@code not.} stands before {@code and} or {@code or}
 */
record ParameterName(String text, List<Segment> path, Word word, Operand operand, boolean negated) {

    /** One name of the path and where it stands. */
    record Segment(String name, boolean quoted, int position) {

        boolean is(String word) {
            return !quoted && name.equals(word);
        }
    }

    /** What a parameter says. */
    enum Word {
        SELECT,
        ORDER,
        LIMIT,
        OFFSET,
        AND,
        OR,
        COLUMNS,
        ON_CONFLICT,
        AFTER,
        /** Any other name: a condition on what is called so. */
        FILTER
    }

    ParameterName {
        path = List.copyOf(path);
    }

    static ParameterName of(String name) {
        var text = new ParameterText(name, name);
        var segments = new ArrayList<Segment>();
        do {
            int position = text.position();
            boolean quoted = text.looksAt('"');
            segments.add(new Segment(text.name(), quoted, position));
        } while (text.take('.'));
        var steps = OperandGrammar.path(text);
        text.requireEnd();
        var last = segments.removeLast();
        var word = steps.isEmpty() && !last.quoted() ? word(last.name(), segments.isEmpty()) : Word.FILTER;
        boolean negated = (word == Word.AND || word == Word.OR)
                && !segments.isEmpty()
                && segments.getLast().is("not");
        if (negated) {
            segments.removeLast();
        }
        return new ParameterName(name, segments, word, new Operand(last.name(), steps), negated);
    }

    private static Word word(String name, boolean outermost) {
        return switch (name) {
            case "order" -> Word.ORDER;
            case "limit" -> Word.LIMIT;
            case "offset" -> Word.OFFSET;
            case "and" -> Word.AND;
            case "or" -> Word.OR;
            case "select" -> outermost ? Word.SELECT : Word.FILTER;
            case "columns" -> outermost ? Word.COLUMNS : Word.FILTER;
            case "on_conflict" -> outermost ? Word.ON_CONFLICT : Word.FILTER;
            case "after" -> outermost ? Word.AFTER : Word.FILTER;
            default -> Word.FILTER;
        };
    }
}
