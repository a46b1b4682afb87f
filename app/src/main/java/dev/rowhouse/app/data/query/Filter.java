package dev.rowhouse.app.data.query;

import java.util.List;

/** A condition on rows, as the client wrote it. */
public sealed interface Filter {

    /** {@code column.eq.value}; the value is the client's text, for a pattern with {@code *} as the wildcard. */
    record Comparison(Operand operand, Comparator comparator, String value) implements Filter {}

    /** {@code column.in.(a,b)}; an empty list matches nothing. */
    record In(Operand operand, List<String> values) implements Filter {
        public In {
            values = List.copyOf(values);
        }
    }

    /** {@code column.is.null}. */
    record Is(Operand operand, Truth truth) implements Filter {}

    /** {@code not.} before an operator or a group. */
    record Not(Filter filter) implements Filter {}

    /** {@code and(…)}. */
    record And(List<Filter> filters) implements Filter {
        public And {
            filters = List.copyOf(filters);
        }
    }

    /** {@code or(…)}. */
    record Or(List<Filter> filters) implements Filter {
        public Or {
            filters = List.copyOf(filters);
        }
    }

    /** How a value is compared. */
    enum Comparator {
        EQ,
        NEQ,
        GT,
        GTE,
        LT,
        LTE,
        LIKE,
        ILIKE
    }

    /** What {@code is} asks for. */
    enum Truth {
        NULL,
        NOT_NULL,
        TRUE,
        FALSE,
        UNKNOWN
    }
}
