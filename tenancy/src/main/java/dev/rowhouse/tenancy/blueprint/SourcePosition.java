package dev.rowhouse.tenancy.blueprint;

import dev.rowhouse.tenancy.house.BlueprintScript.SqlFile;

/** A place in a file as editors show it: line and column from 1, a column being a character. */
record SourcePosition(String file, int line, int column) {

    static SourcePosition of(SqlFile file, int offset) {
        var before = file.text().substring(0, offset);
        int lineStart = before.lastIndexOf('\n') + 1;
        int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
        return new SourcePosition(file.name(), line, before.codePointCount(lineStart, before.length()) + 1);
    }
}
