package dev.rowhouse.app.data.query;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A condition on rows, as the client wrote it. */
public sealed interface Filter {

    /** {@code column.eq.value}; the value is the client's text, for a pattern with {@code *} as the wildcard. */
    record Comparison(Operand operand, Comparator comparator, String value) implements Filter {}

    /**
     * {@code column.eq(any).{a,b}}: compared with each element of an array, of which any or all must hold.
     *
     * @param array as PostgreSQL writes arrays, for a pattern with {@code *} as the wildcard
     */
    record Quantified(Operand operand, Comparator comparator, Quantifier quantifier, String array) implements Filter {}

    /**
     * {@code column.fts(language).query}.
     *
     * @param language the text search configuration; null for the database's own
     */
    record TextSearch(
            Operand operand, QueryForm form, @Nullable String language, String query) implements Filter {}

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
        ILIKE,
        MATCH,
        IMATCH,
        ISDISTINCT,
        /** Contains. */
        CS,
        /** Is contained in. */
        CD,
        /** Overlaps. */
        OV,
        /** Is strictly left of. */
        SL,
        /** Is strictly right of. */
        SR,
        /** Does not extend to the right of. */
        NXR,
        /** Does not extend to the left of. */
        NXL,
        /** Is adjacent to. */
        ADJ
    }

    /** How many of an array's elements must hold. */
    enum Quantifier {
        ANY,
        ALL
    }

    /** How the text of a text search is read; the names are the dialect's. */
    enum QueryForm {
        /** {@code to_tsquery}. */
        FTS,
        /** {@code plainto_tsquery}. */
        PLFTS,
        /** {@code phraseto_tsquery}. */
        PHFTS,
        /** {@code websearch_to_tsquery}. */
        WFTS
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
