package dev.rowhouse.tenancy.blueprint;

import dev.rowhouse.tenancy.house.BlueprintScript.SqlFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Splits a file into statements by the rules of psql: at a semicolon outside parentheses and outside the body of a function
 * written as {@code BEGIN ATOMIC … END}. Together the statements are the file.
 */
final class SqlSplitter {

    private final SqlFile file;
    private final List<SqlStatement> statements = new ArrayList<>();
    private List<SqlToken> current = new ArrayList<>();
    private final List<String> words = new ArrayList<>();
    private int parentheses;
    private int blocks;

    private SqlSplitter(SqlFile file) {
        this.file = file;
    }

    static List<SqlStatement> split(SqlFile file) {
        var splitter = new SqlSplitter(file);
        SqlLexer.tokens(file.text()).forEach(splitter::add);
        splitter.end();
        return List.copyOf(splitter.statements);
    }

    private void add(SqlToken token) {
        current.add(token);
        switch (token.kind()) {
            case WORD -> word(token.text(file.text()).toUpperCase(Locale.ROOT));
            case SYMBOL -> symbol(file.text().charAt(token.start()));
            case SPACE, COMMENT, QUOTED_NAME, STRING, PARAMETER, NUMBER -> {}
        }
    }

    private void word(String word) {
        if (words.size() < 4) {
            words.add(word);
        }
        if (parentheses > 0 || !createsRoutine()) {
            return;
        }
        switch (word) {
            case "BEGIN" -> blocks++;
            case "CASE" -> blocks += blocks > 0 ? 1 : 0;
            case "END" -> blocks -= blocks > 0 ? 1 : 0;
            default -> {}
        }
    }

    private boolean createsRoutine() {
        if (words.size() < 2 || !words.getFirst().equals("CREATE")) {
            return false;
        }
        boolean replaces =
                words.size() == 4 && words.get(1).equals("OR") && words.get(2).equals("REPLACE");
        var what = words.get(replaces ? 3 : 1);
        return what.equals("FUNCTION") || what.equals("PROCEDURE");
    }

    private void symbol(char symbol) {
        switch (symbol) {
            case '(' -> parentheses++;
            case ')' -> parentheses -= parentheses > 0 ? 1 : 0;
            case ';' -> {
                if (parentheses == 0 && blocks == 0) {
                    end();
                }
            }
            default -> {}
        }
    }

    private void end() {
        if (!current.isEmpty()) {
            statements.add(new SqlStatement(file, current.getFirst().start(), current));
        }
        current = new ArrayList<>();
        words.clear();
        parentheses = 0;
        blocks = 0;
    }
}
