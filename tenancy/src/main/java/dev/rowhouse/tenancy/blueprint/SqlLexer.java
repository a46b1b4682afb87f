package dev.rowhouse.tenancy.blueprint;

import dev.rowhouse.tenancy.blueprint.SqlToken.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits SQL text into tokens as PostgreSQL does with {@code standard_conforming_strings = on}; together they are the text.
 * What is not closed reaches to the end: PostgreSQL will say so.
 */
final class SqlLexer {

    private final String sql;
    private int at;

    private SqlLexer(String sql) {
        this.sql = sql;
    }

    static List<SqlToken> tokens(String sql) {
        var lexer = new SqlLexer(sql);
        var tokens = new ArrayList<SqlToken>();
        while (lexer.at < sql.length()) {
            int start = lexer.at;
            var kind = lexer.next();
            tokens.add(new SqlToken(kind, start, lexer.at));
        }
        return tokens;
    }

    private Kind next() {
        char c = sql.charAt(at);
        if (isSpace(c)) {
            skipWhileSpace();
            return Kind.SPACE;
        }
        if (sql.startsWith("--", at)) {
            skipLine();
            return Kind.COMMENT;
        }
        if (sql.startsWith("/*", at)) {
            skipBlockComment();
            return Kind.COMMENT;
        }
        return switch (c) {
            case '\'' -> quoted('\'', false, Kind.STRING);
            case '"' -> quoted('"', false, Kind.QUOTED_NAME);
            case '$' -> dollar();
            default -> isWordStart(c) ? word() : isDigit(c) ? number() : symbol();
        };
    }

    private void skipWhileSpace() {
        while (at < sql.length() && isSpace(sql.charAt(at))) {
            at++;
        }
    }

    private void skipLine() {
        while (at < sql.length() && sql.charAt(at) != '\n' && sql.charAt(at) != '\r') {
            at++;
        }
    }

    private void skipBlockComment() {
        int depth = 0;
        do {
            if (sql.startsWith("/*", at)) {
                depth++;
                at += 2;
            } else if (sql.startsWith("*/", at)) {
                depth--;
                at += 2;
            } else {
                at++;
            }
        } while (depth > 0 && at < sql.length());
    }

    private Kind quoted(char mark, boolean escapes, Kind kind) {
        at++;
        while (at < sql.length()) {
            char c = sql.charAt(at++);
            if (escapes && c == '\\') {
                at = Math.min(at + 1, sql.length());
            } else if (c == mark) {
                if (at < sql.length() && sql.charAt(at) == mark) {
                    at++;
                } else {
                    return kind;
                }
            }
        }
        return kind;
    }

    private Kind dollar() {
        int end = at + 1;
        while (end < sql.length() && isDigit(sql.charAt(end))) {
            end++;
        }
        if (end > at + 1) {
            at = end;
            return Kind.PARAMETER;
        }
        while (end < sql.length() && isTagPart(sql.charAt(end))) {
            end++;
        }
        if (end >= sql.length() || sql.charAt(end) != '$') {
            return symbol();
        }
        var tag = sql.substring(at, end + 1);
        int close = sql.indexOf(tag, end + 1);
        at = close < 0 ? sql.length() : close + tag.length();
        return Kind.STRING;
    }

    private Kind word() {
        int start = at;
        while (at < sql.length() && isWordPart(sql.charAt(at))) {
            at++;
        }
        return at < sql.length() ? prefixed(sql.substring(start, at)) : Kind.WORD;
    }

    // E'…', B'…', X'…', N'…', U&'…' and U&"…" are one token; only E knows the backslash.
    private Kind prefixed(String word) {
        char c = sql.charAt(at);
        if (word.length() == 1 && c == '\'' && "eEbBxXnN".contains(word)) {
            return quoted('\'', word.equalsIgnoreCase("e"), Kind.STRING);
        }
        if (word.equalsIgnoreCase("u") && (sql.startsWith("&'", at) || sql.startsWith("&\"", at))) {
            char mark = sql.charAt(++at);
            return quoted(mark, false, mark == '\'' ? Kind.STRING : Kind.QUOTED_NAME);
        }
        return Kind.WORD;
    }

    private Kind number() {
        while (at < sql.length() && isDigit(sql.charAt(at))) {
            at++;
        }
        return Kind.NUMBER;
    }

    private Kind symbol() {
        at++;
        return Kind.SYMBOL;
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == 0x0b;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isWordStart(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80;
    }

    private static boolean isTagPart(char c) {
        return isWordStart(c) || isDigit(c);
    }

    private static boolean isWordPart(char c) {
        return isTagPart(c) || c == '$';
    }
}
