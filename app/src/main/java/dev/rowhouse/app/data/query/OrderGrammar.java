package dev.rowhouse.app.data.query;

import dev.rowhouse.app.data.query.OrderTerm.Direction;
import dev.rowhouse.app.data.query.OrderTerm.Nulls;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code order = term {"," term}}, {@code term = operand ["." ("asc" | "desc")] ["." ("nullsfirst" | "nullslast")]}. */
final class OrderGrammar {

    private OrderGrammar() {}

    static List<OrderTerm> terms(String value) {
        var text = new ParameterText("order", value);
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
        var operand = OperandGrammar.operand(text);
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
        return new OrderTerm(null, operand, direction, nulls);
    }
}
