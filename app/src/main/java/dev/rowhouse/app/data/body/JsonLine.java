package dev.rowhouse.app.data.body;

import org.jspecify.annotations.Nullable;

/** A JSON text in a piece of bytes, read from left to right; checks the grammar of RFC 8259 and the depth. */
final class JsonLine {

    private static final int DEEPEST = 64;

    private byte[] bytes = new byte[0];
    private int at;
    private int end;
    private long number;

    /** Starts with another text. */
    void start(byte[] source, int from, int to, long line) {
        bytes = source;
        at = from;
        end = to;
        number = line;
        if (!Utf8.isValid(source, from, to)) {
            throw failed("it is not UTF-8");
        }
    }

    byte[] bytes() {
        return bytes;
    }

    int position() {
        return at;
    }

    boolean atEnd() {
        return at >= end;
    }

    /** Returns the next byte, or 0 at the end. */
    byte peek() {
        return at < end ? bytes[at] : 0;
    }

    void skipSpace() {
        while (at < end) {
            switch (bytes[at]) {
                case ' ', '\t', '\r', '\n' -> at++;
                default -> {
                    return;
                }
            }
        }
    }

    boolean take(char expected) {
        if (at < end && bytes[at] == expected) {
            at++;
            return true;
        }
        return false;
    }

    /** Steps over exactly these bytes if they come next. */
    boolean take(byte @Nullable [] expected) {
        if (expected == null || end - at < expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if (bytes[at + i] != expected[i]) {
                return false;
            }
        }
        at += expected.length;
        return true;
    }

    void require(char expected) {
        if (!take(expected)) {
            throw unexpected("'" + expected + "'");
        }
    }

    /** Steps over one value of any kind. */
    void skipValue() {
        skipValue(1);
    }

    private void skipValue(int depth) {
        switch (peek()) {
            case '"' -> skipString();
            case '{' -> skipObject(depth);
            case '[' -> skipArray(depth);
            case 't' -> skipWord("true");
            case 'f' -> skipWord("false");
            case 'n' -> skipWord("null");
            default -> skipNumber();
        }
    }

    /** Steps over a string with its quotes. */
    void skipString() {
        require('"');
        while (at < end) {
            byte b = bytes[at++];
            if (b == '"') {
                return;
            }
            if (b == '\\') {
                skipEscape();
            } else if (b >= 0 && b < ' ') {
                throw failed("a control character in a string is not escaped");
            }
        }
        throw failed("a string does not end");
    }

    private void skipEscape() {
        switch (peek()) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> at++;
            case 'u' -> {
                at++;
                if (unicode(at) == 0) {
                    throw failed("a string contains the NUL character");
                }
                at += 4;
            }
            default -> throw failed("a string contains an unknown escape");
        }
    }

    /** Returns the number that four hexadecimal digits at {@code from} stand for. */
    int unicode(int from) {
        int value = 0;
        for (int i = from; i < from + 4; i++) {
            int digit = i < end ? Character.digit(bytes[i], 16) : -1;
            if (digit < 0) {
                throw failed("a string contains an incomplete \\u escape");
            }
            value = value * 16 + digit;
        }
        return value;
    }

    private void skipObject(int depth) {
        enter(depth, '{');
        if (take('}')) {
            return;
        }
        do {
            skipSpace();
            skipString();
            skipSpace();
            require(':');
            skipSpace();
            skipValue(depth + 1);
            skipSpace();
        } while (take(','));
        require('}');
    }

    private void skipArray(int depth) {
        enter(depth, '[');
        if (take(']')) {
            return;
        }
        do {
            skipSpace();
            skipValue(depth + 1);
            skipSpace();
        } while (take(','));
        require(']');
    }

    private void enter(int depth, char open) {
        if (depth >= DEEPEST) {
            throw failed("it is nested deeper than " + DEEPEST);
        }
        require(open);
        skipSpace();
    }

    private void skipWord(String word) {
        for (int i = 0; i < word.length(); i++) {
            require(word.charAt(i));
        }
    }

    private void skipNumber() {
        take('-');
        if (!take('0')) {
            skipDigits();
        }
        if (take('.')) {
            skipDigits();
        }
        if (take('e') || take('E')) {
            if (!take('+')) {
                take('-');
            }
            skipDigits();
        }
    }

    private void skipDigits() {
        int from = at;
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        if (at == from) {
            throw unexpected("a value");
        }
    }

    /** Returns where the value that begins at {@code from} ends; it has been stepped over before. */
    int endOf(int from) {
        int saved = at;
        at = from;
        skipValue();
        int ended = at;
        at = saved;
        return ended;
    }

    /** Decodes the string whose quotes stand at {@code from} and before {@code to}. */
    String text(int from, int to) {
        var text = new ByteText(to - from);
        decode(from, to, text);
        return text.toString();
    }

    /** Decodes into {@code text} the string whose quotes stand at {@code from} and before {@code to}. */
    void decode(int from, int to, ByteText text) {
        int i = from + 1;
        while (i < to - 1) {
            if (bytes[i] == '\\') {
                i = decodeEscape(i + 1, text);
            } else {
                text.add(bytes[i++]);
            }
        }
    }

    /** Adds the character that the escape with its letter at {@code from} stands for, returns where it ends. */
    int decodeEscape(int from, ByteText text) {
        switch (bytes[from]) {
            case 'b' -> text.add('\b');
            case 'f' -> text.add('\f');
            case 'n' -> text.add('\n');
            case 'r' -> text.add('\r');
            case 't' -> text.add('\t');
            case 'u' -> {
                return decodeUnicode(from + 1, text);
            }
            default -> text.add(bytes[from]);
        }
        return from + 1;
    }

    private int decodeUnicode(int from, ByteText text) {
        int high = unicode(from);
        if (high < Character.MIN_SURROGATE || high > Character.MAX_SURROGATE) {
            text.addCodePoint(high);
            return from + 4;
        }
        if (from + 6 <= end && bytes[from + 4] == '\\' && bytes[from + 5] == 'u') {
            int low = unicode(from + 6);
            if (Character.isSurrogatePair((char) high, (char) low)) {
                text.addCodePoint(Character.toCodePoint((char) high, (char) low));
                return from + 10;
            }
        }
        throw failed("a string contains half a surrogate pair");
    }

    RuntimeException unexpected(String expected) {
        return failed(atEnd() ? "it ends where " + expected + " is expected" : "byte " + at + ": expected " + expected);
    }

    RuntimeException failed(String why) {
        return BodyErrors.inLine(number, why);
    }
}
