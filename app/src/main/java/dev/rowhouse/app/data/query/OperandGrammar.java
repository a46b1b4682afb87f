package dev.rowhouse.app.data.query;

import dev.rowhouse.app.data.query.Operand.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * The grammar of operands.
 *
 * <pre>
 * operand = name {("->" | "->>") (index | key)}
 * index   = ["-"] digit {digit}, followed by what ends a key
 * key     = quoted | characters other than ( - : . , > ), also with a "-" that no ">" follows
 * </pre>
 */
final class OperandGrammar {

    private static final int LONGEST = 64;

    private OperandGrammar() {}

    static Operand operand(ParameterText text) {
        var column = text.name();
        return new Operand(column, path(text));
    }

    static List<Step> path(ParameterText text) {
        if (!text.looksAt("->")) {
            return List.of();
        }
        var steps = new ArrayList<Step>();
        int start = text.position();
        while (text.take("->")) {
            if (steps.size() == LONGEST) {
                throw text.failedAt(start, "the path has more than " + LONGEST + " steps");
            }
            steps.add(step(text, text.take('>')));
        }
        return steps;
    }

    private static Step step(ParameterText text, boolean asText) {
        int start = text.position();
        if (!text.looksAt('"')) {
            boolean negative = text.take('-');
            var digits = text.digits();
            if (negative && digits.isEmpty()) {
                throw text.expected("a digit");
            }
            if (!digits.isEmpty() && (text.atEnd() || text.looksAtAny(".,:)") || text.looksAt("->"))) {
                return new Step.Element(index(text, start, negative, digits), asText);
            }
            if (negative) {
                throw text.expected("the end of the index");
            }
            text.backTo(start);
        }
        return new Step.Member(text.key(), asText);
    }

    private static int index(ParameterText text, int start, boolean negative, String digits) {
        if (digits.length() > 9) {
            throw text.failedAt(start, "the index has more than 9 digits");
        }
        int index = Integer.parseInt(digits);
        return negative ? -index : index;
    }
}
