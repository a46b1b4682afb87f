package dev.rowhouse.app.data.query;

import org.jspecify.annotations.Nullable;

/** The text of one parameter and how far it has been read. */
final class ParameterText {

    private static final String CODE = "PGRST100";

    private final String parameter;
    private final String text;
    private int at;

    ParameterText(String parameter, String text) {
        this.parameter = parameter;
        this.text = text;
        // PostgreSQL's text has no NUL; refused here, where the position is still known.
        int nul = text.indexOf('\0');
        if (nul >= 0) {
            at = nul;
            throw expected("no NUL character");
        }
    }

    boolean atEnd() {
        return at == text.length();
    }

    boolean looksAt(char expected) {
        return at < text.length() && text.charAt(at) == expected;
    }

    boolean looksAt(String expected) {
        return text.startsWith(expected, at);
    }

    boolean looksAtAny(String characters) {
        return at < text.length() && characters.indexOf(text.charAt(at)) >= 0;
    }

    /** Steps over {@code expected} if it comes next. */
    boolean take(char expected) {
        if (looksAt(expected)) {
            at++;
            return true;
        }
        return false;
    }

    /** Steps over {@code expected} if it comes next. */
    boolean take(String expected) {
        if (looksAt(expected)) {
            at += expected.length();
            return true;
        }
        return false;
    }

    void require(char expected) {
        if (!take(expected)) {
            throw expected("'" + expected + "'");
        }
    }

    void requireEnd() {
        if (!atEnd()) {
            throw expected("the end");
        }
    }

    void skipSpaces() {
        while (looksAtAny(" \t")) {
            at++;
        }
    }

    /** Takes letters, digits and underscores; possibly none. */
    String word() {
        int from = at;
        while (at < text.length() && isWordCharacter(text.charAt(at))) {
            at++;
        }
        return text.substring(from, at);
    }

    /** Takes decimal digits; possibly none. */
    String digits() {
        int from = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return text.substring(from, at);
    }

    /** Takes the name of a type or a configuration: letters, digits, {@code _ $} and inner spaces. */
    String identifier() {
        var identifier = identifierOrEmpty();
        if (identifier.isEmpty()) {
            throw expected("a name");
        }
        return identifier;
    }

    String identifierOrEmpty() {
        int from = at;
        while (at < text.length() && text.charAt(at) != '-' && isNameCharacter(at)) {
            at++;
        }
        return text.substring(from, at).strip();
    }

    /** Takes the key of a member: anything between double quotes, or up to a character with a meaning of its own. */
    String key() {
        if (looksAt('"')) {
            return quotedText();
        }
        int from = at;
        while (at < text.length() && isKeyCharacter(at)) {
            at++;
        }
        var key = text.substring(from, at).strip();
        if (key.isEmpty()) {
            throw expected("a key or an index");
        }
        return key;
    }

    /** Takes a name: letters, digits, {@code _ $ -} and inner spaces, or anything between double quotes. */
    String name() {
        if (looksAt('"')) {
            return quoted();
        }
        int from = at;
        while (at < text.length() && isNameCharacter(at)) {
            at++;
        }
        var name = text.substring(from, at).strip();
        if (name.isEmpty()) {
            throw expected("a name");
        }
        return name;
    }

    /** Takes everything that is left. */
    String rest() {
        var rest = text.substring(at);
        at = text.length();
        return rest;
    }

    /** Takes a value inside parentheses: quoted, or up to the next comma or closing parenthesis; possibly empty. */
    String listedValue() {
        int from = at;
        if (looksAt('"')) {
            var quoted = quotedOrNull();
            if (quoted != null && (atEnd() || looksAt(',') || looksAt(')'))) {
                return quoted;
            }
            at = from;
        }
        while (at < text.length() && text.charAt(at) != ',' && text.charAt(at) != ')') {
            at++;
        }
        return text.substring(from, at);
    }

    /** Takes an array as PostgreSQL writes it, up to the brace that closes it. */
    String braced() {
        int from = at;
        int depth = 0;
        boolean inQuotes = false;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '\\') {
                at = Math.min(at + 1, text.length());
            } else if (c == '"') {
                inQuotes = !inQuotes;
            } else if (!inQuotes && c == '{') {
                depth++;
            } else if (!inQuotes && c == '}' && --depth == 0) {
                return text.substring(from, at);
            }
        }
        throw failedAt(from, "the array does not end");
    }

    int position() {
        return at;
    }

    void backTo(int position) {
        at = position;
    }

    /** Returns the error that something else was expected here. */
    QueryError expected(String what) {
        var found = atEnd() ? "the end" : "'" + Character.toString(text.codePointAt(at)) + "'";
        return failed("found " + found + ", expected " + what);
    }

    /** Returns the error that what stands at {@code position} cannot be read. */
    QueryError failedAt(int position, String why) {
        at = position;
        return failed(why);
    }

    private QueryError failed(String why) {
        return QueryError.malformed(
                CODE,
                "failed to parse parameter '" + parameter + "'",
                "position " + (at + 1) + " of parameter '" + parameter + "': " + why);
    }

    private String quotedText() {
        int from = at;
        var quoted = quotedOrNull();
        if (quoted == null) {
            throw failedAt(from, "the quoted name does not end");
        }
        return quoted;
    }

    private String quoted() {
        int from = at;
        var name = quotedText();
        if (name.isEmpty()) {
            throw failedAt(from, "found an empty name, expected a name");
        }
        return name;
    }

    private @Nullable String quotedOrNull() {
        var unquoted = new StringBuilder();
        for (int i = at + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                at = i + 1;
                return unquoted.toString();
            }
            if (c == '\\' && ++i < text.length()) {
                c = text.charAt(i);
            }
            unquoted.append(c);
        }
        return null;
    }

    private boolean isNameCharacter(int index) {
        char c = text.charAt(index);
        if (c == '-') {
            return index + 1 >= text.length() || text.charAt(index + 1) != '>';
        }
        return c == '_' || c == '$' || c == ' ' || Character.isLetterOrDigit(c) || Character.isSurrogate(c);
    }

    private boolean isKeyCharacter(int index) {
        char c = text.charAt(index);
        if (c == '-') {
            return index + 1 >= text.length() || text.charAt(index + 1) != '>';
        }
        return "(:.,>)".indexOf(c) < 0;
    }

    private static boolean isWordCharacter(char c) {
        return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || c >= 'A' && c <= 'Z';
    }
}
