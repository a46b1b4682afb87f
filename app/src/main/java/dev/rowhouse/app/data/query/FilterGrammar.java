package dev.rowhouse.app.data.query;

import dev.rowhouse.app.data.query.Filter.And;
import dev.rowhouse.app.data.query.Filter.Comparator;
import dev.rowhouse.app.data.query.Filter.Comparison;
import dev.rowhouse.app.data.query.Filter.In;
import dev.rowhouse.app.data.query.Filter.Is;
import dev.rowhouse.app.data.query.Filter.Not;
import dev.rowhouse.app.data.query.Filter.Or;
import dev.rowhouse.app.data.query.Filter.Truth;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The grammar of conditions.
 *
 * <pre>
 * parameter = operand "=" test
 *           | ["not."] ("and" | "or") "=" group
 * group     = "(" member {"," member} ")"
 * member    = ["not."] ("and" | "or") group
 *           | operand "." test
 * test      = ["not."] ("is." truth | "in." "(" value {"," value} ")" | comparator "." value)
 * </pre>
 *
 * A value at the top level is everything that is left, inside a group it ends at the next comma or parenthesis unless it is
 * quoted.
 */
final class FilterGrammar {

    private static final int DEEPEST = 64;
    private static final String OPERATORS = "one of eq, neq, gt, gte, lt, lte, like, ilike, in, is";

    private final ParameterText text;
    private final boolean grouped;

    private FilterGrammar(ParameterText text, boolean grouped) {
        this.text = text;
        this.grouped = grouped;
    }

    /** Reads {@code operand=test}, where the parameter's name is the operand. */
    static Filter filter(String parameter, String value) {
        var name = new ParameterText(parameter, parameter);
        var operand = OperandGrammar.operand(name);
        if (name.looksAt('.')) {
            throw QueryError.malformed(
                    "PGRST108",
                    "'" + operand.column() + "' is not an embedded resource in this request",
                    "position " + (name.position() + 1) + " of parameter '" + parameter + "'");
        }
        name.requireEnd();
        return new FilterGrammar(new ParameterText(parameter, value), false).test(operand);
    }

    /** Reads {@code and=(…)}, {@code not.or=(…)} and their like. */
    static Filter group(String parameter, String value) {
        var text = new ParameterText(parameter, value);
        var grammar = new FilterGrammar(text, true);
        var filter = switch (parameter) {
            case "and" -> new And(grammar.members(1));
            case "or" -> new Or(grammar.members(1));
            case "not.and" -> new Not(new And(grammar.members(1)));
            case "not.or" -> new Not(new Or(grammar.members(1)));
            default -> throw new IllegalArgumentException(parameter);
        };
        text.requireEnd();
        return filter;
    }

    static boolean isGroup(String parameter) {
        return switch (parameter) {
            case "and", "or", "not.and", "not.or" -> true;
            default -> false;
        };
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
        var operator = text.word();
        return switch (operator) {
            case "eq" -> comparison(operand, Comparator.EQ);
            case "neq" -> comparison(operand, Comparator.NEQ);
            case "gt" -> comparison(operand, Comparator.GT);
            case "gte" -> comparison(operand, Comparator.GTE);
            case "lt" -> comparison(operand, Comparator.LT);
            case "lte" -> comparison(operand, Comparator.LTE);
            case "like" -> comparison(operand, Comparator.LIKE);
            case "ilike" -> comparison(operand, Comparator.ILIKE);
            case "in" -> in(operand);
            case "is" -> is(operand);
            default -> throw text.failedAt(start, "found '" + operator + "', expected " + OPERATORS);
        };
    }

    private Filter comparison(Operand operand, Comparator comparator) {
        text.require('.');
        return new Comparison(operand, comparator, grouped ? groupedValue() : text.rest());
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
