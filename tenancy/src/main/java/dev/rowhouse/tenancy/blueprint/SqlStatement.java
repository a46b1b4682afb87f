package dev.rowhouse.tenancy.blueprint;

import dev.rowhouse.tenancy.house.BlueprintScript.SqlFile;
import java.util.List;

/**
 * One statement of a file, with the space and the comments before it and the semicolon behind it.
 *
 * @param start where it begins in the file's text
 * @param tokens of the whole file's text from here to the statement's end
 */
record SqlStatement(SqlFile file, int start, List<SqlToken> tokens) {

    SqlStatement {
        tokens = List.copyOf(tokens);
    }

    /** Returns the text as it stands in the file. */
    String text() {
        return file.text().substring(start, tokens.getLast().end());
    }

    /** Says whether there is anything to run. */
    boolean isEmpty() {
        return significant().stream().allMatch(token -> token.isSymbol(file.text(), ';'));
    }

    /** Returns the tokens without space and comments. */
    List<SqlToken> significant() {
        return tokens.stream().filter(SqlToken::isSignificant).toList();
    }

    /** Returns where its first word is. */
    SourcePosition position() {
        var significant = significant();
        return SourcePosition.of(
                file, significant.isEmpty() ? start : significant.getFirst().start());
    }

    /** Returns where PostgreSQL's {@code position} is: the number of a character in {@link #text}, from 1. */
    SourcePosition position(int position) {
        if (position < 1) {
            return position();
        }
        var text = text();
        int characters = Math.min(position - 1, text.codePointCount(0, text.length()));
        return SourcePosition.of(file, start + text.offsetByCodePoints(0, characters));
    }
}
