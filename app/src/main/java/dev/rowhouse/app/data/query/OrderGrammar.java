package dev.rowhouse.app.data.query;

import dev.rowhouse.app.data.query.OrderTerm.Direction;
import dev.rowhouse.app.data.query.OrderTerm.Nulls;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The grammar of {@code order}.
 *
 * <pre>
 * terms = term {"," term}
 * term  = (operand | embedding "(" operand ")") ["." ("asc" | "desc")] ["." ("nullsfirst" | "nullslast")]
 * </pre>
 */
final class OrderGrammar {

    private OrderGrammar() {}

    static List<OrderTerm> terms(String parameter, String value) {
        var text = new ParameterText(parameter, value);
        var terms = new ArrayList<OrderTerm>();
        do {
            text.skipSpaces();
            terms.add(term(text));
            text.skipSpaces();
        } while (text.take(','));
        text.requireEnd();
        return terms;
    }

    private static OrderTerm term(ParameterText text) {
        var name = text.name();
        if (!text.take('(')) {
            return directed(text, null, new Operand(name, OperandGrammar.path(text)));
        }
        text.skipSpaces();
        var operand = OperandGrammar.operand(text);
        text.require(')');
        return directed(text, name, operand);
    }

    private static OrderTerm directed(ParameterText text, @Nullable String embedding, Operand operand) {
        @Nullable Direction direction = null;
        @Nullable Nulls nulls = null;
        while (nulls == null && text.take('.')) {
            int start = text.position();
            var word = text.word();
            switch (word) {
                case "asc", "desc" -> {
                    if (direction != null) {
                        throw text.failedAt(start, "found '" + word + "', expected nullsfirst or nullslast");
                    }
                    direction = word.equals("asc") ? Direction.ASC : Direction.DESC;
                }
                case "nullsfirst" -> nulls = Nulls.FIRST;
                case "nullslast" -> nulls = Nulls.LAST;
                default ->
                    throw text.failedAt(
                            start, "found '" + word + "', expected one of asc, desc, nullsfirst, nullslast");
            }
        }
        return new OrderTerm(embedding, operand, direction, nulls);
    }
}
