package dev.rowhouse.app.data.query;

import dev.rowhouse.app.data.query.Filter.And;
import dev.rowhouse.app.data.query.Filter.Comparison;
import dev.rowhouse.app.data.query.Filter.In;
import dev.rowhouse.app.data.query.Filter.Is;
import dev.rowhouse.app.data.query.Filter.Not;
import dev.rowhouse.app.data.query.Filter.Or;
import dev.rowhouse.app.data.query.Filter.Quantified;
import dev.rowhouse.app.data.query.Filter.Quantifier;
import dev.rowhouse.app.data.query.Filter.TextSearch;
import dev.rowhouse.app.data.query.Filter.Truth;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The grammar of conditions.
 *
 * <pre>
 * group   = "(" member {"," member} ")"
 * member  = ["not."] ("and" | "or") group
 *         | operand "." test
 * test    = ["not."] ("is." truth
 *                    | "in." "(" value {"," value} ")"
 *                    | comparator ["(" ("any" | "all") ")"] "." value
 *                    | search ["(" language ")"] "." value)
 * </pre>
 *
 * The words before a value are those of {@link Operator}. A value at the top level is everything that is left, inside a group
 * it ends at the next comma or parenthesis unless it is quoted.
 */
final class FilterGrammar {

    private static final int DEEPEST = 64;

    private final ParameterText text;
    private final boolean grouped;

    private FilterGrammar(ParameterText text, boolean grouped) {
        this.text = text;
        this.grouped = grouped;
    }

    /** Reads the test that is the value of the parameter named after {@code operand}. */
    static Filter filter(String parameter, Operand operand, String value) {
        return new FilterGrammar(new ParameterText(parameter, value), false).test(operand);
    }

    /** Reads the group that is the value of {@code and}, {@code or} or their negations. */
    static Filter group(String parameter, boolean all, boolean negated, String value) {
        var text = new ParameterText(parameter, value);
        var members = new FilterGrammar(text, true).members(1);
        text.skipSpaces();
        text.requireEnd();
        return negatedIf(negated, all ? new And(members) : new Or(members));
    }

    /** Says whether a value begins like a test, with an operator and its point; what follows may be wrong nevertheless. */
    static boolean isTest(String value) {
        if (value.startsWith("not.")) {
            return true;
        }
        var text = new ParameterText("", value);
        var operator = Operator.named(text.word());
        if (operator == null) {
            return false;
        }
        if (text.take('(')) {
            var word = text.identifierOrEmpty();
            boolean known = operator.searches() && !word.isEmpty()
                    || operator.quantifiable() && (word.equals("any") || word.equals("all"));
            return known && text.take(").");
        }
        return text.looksAt('.');
    }

    private List<Filter> members(int depth) {
        if (depth > DEEPEST) {
            throw text.failedAt(text.position(), "groups are nested deeper than " + DEEPEST);
        }
        var members = new ArrayList<Filter>();
        text.skipSpaces();
        text.require('(');
        do {
            text.skipSpaces();
            members.add(member(depth));
            text.skipSpaces();
        } while (text.take(','));
        text.require(')');
        return members;
    }

    private Filter member(int depth) {
        int start = text.position();
        boolean negated = text.take("not.");
        if (text.take("and(")) {
            return negatedIf(negated, new And(membersBehind(depth)));
        }
        if (text.take("or(")) {
            return negatedIf(negated, new Or(membersBehind(depth)));
        }
        text.backTo(start);
        var operand = OperandGrammar.operand(text);
        text.require('.');
        return test(operand);
    }

    private List<Filter> membersBehind(int depth) {
        text.backTo(text.position() - 1);
        return members(depth + 1);
    }

    private Filter test(Operand operand) {
        boolean negated = text.take("not.");
        return negatedIf(negated, positive(operand));
    }

    private Filter positive(Operand operand) {
        int start = text.position();
        var word = text.word();
        var operator = Operator.named(word);
        if (operator == null) {
            throw text.failedAt(start, "found '" + word + "', expected one of " + Operator.NAMES);
        }
        return switch (operator) {
            case Operator.List _ -> in(operand);
            case Operator.Truth _ -> is(operand);
            case Operator.Search(var form) -> new TextSearch(operand, form, language(), value());
            case Operator.Compare(var comparator, var quantifiable) -> {
                var quantifier = quantifiable ? quantifier() : null;
                yield quantifier == null
                        ? new Comparison(operand, comparator, value())
                        : new Quantified(operand, comparator, quantifier, value());
            }
        };
    }

    private @Nullable String language() {
        if (!text.take('(')) {
            return null;
        }
        var language = text.identifier();
        text.require(')');
        return language;
    }

    private @Nullable Quantifier quantifier() {
        if (!text.take('(')) {
            return null;
        }
        int start = text.position();
        var word = text.word();
        var quantifier = switch (word) {
            case "any" -> Quantifier.ANY;
            case "all" -> Quantifier.ALL;
            default -> throw text.failedAt(start, "found '" + word + "', expected any or all");
        };
        text.require(')');
        return quantifier;
    }

    private String value() {
        text.require('.');
        return grouped ? groupedValue() : text.rest();
    }

    private String groupedValue() {
        int start = text.position();
        if (text.looksAt('{')) {
            return text.braced();
        }
        var value = text.listedValue();
        if (text.atEnd()) {
            throw text.failedAt(start, "the value does not end before its group does");
        }
        return value;
    }

    private Filter in(Operand operand) {
        text.require('.');
        text.skipSpaces();
        text.require('(');
        var values = new ArrayList<String>();
        int first = text.position();
        do {
            values.add(text.listedValue());
        } while (text.take(','));
        boolean empty = text.position() == first;
        text.require(')');
        if (!grouped) {
            text.skipSpaces();
            text.requireEnd();
        }
        return new In(operand, empty ? List.of() : values);
    }

    private Filter is(Operand operand) {
        text.require('.');
        int start = text.position();
        var asked = text.word();
        var truth = switch (asked.toLowerCase(Locale.ROOT)) {
            case "null" -> Truth.NULL;
            case "not_null" -> Truth.NOT_NULL;
            case "true" -> Truth.TRUE;
            case "false" -> Truth.FALSE;
            case "unknown" -> Truth.UNKNOWN;
            default ->
                throw text.failedAt(
                        start, "found '" + asked + "', expected one of null, not_null, true, false, unknown");
        };
        if (!grouped) {
            text.requireEnd();
        }
        return new Is(operand, truth);
    }

    private static Filter negatedIf(boolean negated, Filter filter) {
        return negated ? new Not(filter) : filter;
    }
}
