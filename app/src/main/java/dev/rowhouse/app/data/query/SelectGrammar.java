package dev.rowhouse.app.data.query;

import dev.rowhouse.app.data.query.Embedding.Join;
import dev.rowhouse.app.data.query.SelectItem.Aggregate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The grammar of what is shown.
 *
 * <pre>
 * items     = [item {"," item}]
 * item      = "*"
 *           | [alias ":"] "count()" ["::" type]
 *           | [alias ":"] operand ["::" type] ["." aggregate "()"] ["::" type]
 *           | ([alias ":"] | "...") target {"!" (hint | "inner" | "left")} "(" items ")"
 * aggregate = "count" | "sum" | "avg" | "min" | "max"
 * </pre>
 *
 * An embedding is left with nothing but its items; what other parameters say of it is added by {@link SelectionDraft}.
 */
final class SelectGrammar {

    private static final int DEEPEST = 64;

    private final ParameterText text;

    private SelectGrammar(ParameterText text) {
        this.text = text;
    }

    static List<SelectItem> items(String value) {
        var text = new ParameterText("select", value);
        var items = new SelectGrammar(text).items(0);
        text.requireEnd();
        return items;
    }

    /** Reads {@code columns} and {@code on_conflict}: names only. */
    static List<String> names(String parameter, String value) {
        var text = new ParameterText(parameter, value);
        var names = new ArrayList<String>();
        do {
            text.skipSpaces();
            names.add(text.name());
            text.skipSpaces();
        } while (text.take(','));
        text.requireEnd();
        return names;
    }

    private List<SelectItem> items(int depth) {
        text.skipSpaces();
        if (text.atEnd() || text.looksAt(')')) {
            return List.of(new SelectItem.Nothing());
        }
        var items = new ArrayList<SelectItem>();
        do {
            text.skipSpaces();
            items.add(item(depth));
            text.skipSpaces();
        } while (text.take(','));
        return items;
    }

    private SelectItem item(int depth) {
        if (text.take('*')) {
            return new SelectItem.All();
        }
        if (text.take("...")) {
            return embedded(text.name(), null, true, depth);
        }
        boolean plain = !text.looksAt('"');
        var name = text.name();
        if (text.looksAt("::") || !text.take(':')) {
            return named(name, plain, null, depth);
        }
        text.skipSpaces();
        boolean plainBehind = !text.looksAt('"');
        return named(text.name(), plainBehind, name, depth);
    }

    private SelectItem named(String name, boolean plain, @Nullable String alias, int depth) {
        if (plain && name.equals("count") && text.take("()")) {
            return new SelectItem.Count(alias, cast());
        }
        return text.looksAtAny("(!") ? embedded(name, alias, false, depth) : single(name, alias);
    }

    private SelectItem single(String name, @Nullable String alias) {
        var operand = new Operand(name, OperandGrammar.path(text));
        text.skipSpaces();
        var cast = cast();
        var aggregate = text.take('.') ? aggregate() : null;
        return new SelectItem.Single(operand, alias, cast, aggregate, aggregate == null ? null : cast());
    }

    private @Nullable String cast() {
        return text.take("::") ? text.identifier() : null;
    }

    private Aggregate aggregate() {
        int start = text.position();
        var word = text.word();
        var aggregate = switch (word) {
            case "count" -> Aggregate.COUNT;
            case "sum" -> Aggregate.SUM;
            case "avg" -> Aggregate.AVG;
            case "min" -> Aggregate.MIN;
            case "max" -> Aggregate.MAX;
            default -> throw text.failedAt(start, "found '" + word + "', expected one of count, sum, avg, min, max");
        };
        text.require('(');
        text.require(')');
        return aggregate;
    }

    private SelectItem embedded(String target, @Nullable String alias, boolean spread, int depth) {
        @Nullable String hint = null;
        @Nullable Join join = null;
        while (text.take('!')) {
            int start = text.position();
            boolean plain = !text.looksAt('"');
            var word = text.name();
            var asked = plain ? join(word) : null;
            if (asked != null && join == null) {
                join = asked;
            } else if (asked == null && hint == null) {
                hint = word;
            } else {
                throw text.failedAt(start, "found a second " + (asked == null ? "hint" : "join"));
            }
        }
        if (depth == DEEPEST) {
            throw text.failedAt(text.position(), "resources are nested deeper than " + DEEPEST);
        }
        text.require('(');
        var items = items(depth + 1);
        text.require(')');
        var selection = new Selection(items, List.of(), List.of(), Page.ALL);
        return new SelectItem.Embedded(
                new Embedding(target, alias, hint, join == null ? Join.LEFT : join, spread, selection));
    }

    private static @Nullable Join join(String word) {
        return switch (word) {
            case "inner" -> Join.INNER;
            case "left" -> Join.LEFT;
            default -> null;
        };
    }
}
