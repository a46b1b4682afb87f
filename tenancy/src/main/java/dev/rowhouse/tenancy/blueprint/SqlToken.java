package dev.rowhouse.tenancy.blueprint;

/** A lexical element of SQL text, from {@code start} to before {@code end}. */
record SqlToken(Kind kind, int start, int end) {

    /** What the element is. */
    enum Kind {
        SPACE,
        COMMENT,
        WORD,
        QUOTED_NAME,
        STRING,
        PARAMETER,
        NUMBER,
        SYMBOL
    }

    boolean isSignificant() {
        return kind != Kind.SPACE && kind != Kind.COMMENT;
    }

    String text(String sql) {
        return sql.substring(start, end);
    }

    boolean isSymbol(String sql, char symbol) {
        return kind == Kind.SYMBOL && sql.charAt(start) == symbol;
    }
}
