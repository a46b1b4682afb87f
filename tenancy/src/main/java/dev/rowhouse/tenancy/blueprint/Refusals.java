package dev.rowhouse.tenancy.blueprint;

import dev.rowhouse.tenancy.blueprint.SqlToken.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says early and clearly what a blueprint may not do. No wall: that is the login it runs as, and the checks afterwards. This
 * only turns a late or cryptic error into a plain one.
 */
final class Refusals {

    private static final Set<String> TRANSACTION =
            Set.of("BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE");
    private static final Set<String> DEFINITIONS = Set.of("CREATE", "ALTER", "DROP");
    private static final Set<String> OUTSIDE = Set.of(
            "ROLE",
            "USER",
            "GROUP",
            "DATABASE",
            "EXTENSION",
            "SCHEMA",
            "TABLESPACE",
            "PUBLICATION",
            "SUBSCRIPTION",
            "SERVER",
            "LANGUAGE",
            "SYSTEM");
    private static final Set<String> LATER =
            Set.of("VACUUM", "CLUSTER", "CHECKPOINT", "LOAD", "LISTEN", "UNLISTEN", "DISCARD");

    private Refusals() {}

    /** Returns why the statement is refused, or null if nothing speaks against it. */
    static @Nullable String reason(SqlStatement statement) {
        var words = words(statement);
        if (words.isEmpty()) {
            return null;
        }
        var first = words.getFirst();
        var second = words.size() > 1 ? words.get(1) : "";
        if (TRANSACTION.contains(first) || first.equals("PREPARE") && second.equals("TRANSACTION")) {
            return "a blueprint runs in one transaction and may not begin or end one";
        }
        if (first.equals("SET") || first.equals("RESET")) {
            return setting(words);
        }
        if (first.equals("COPY")) {
            return "COPY reads or writes outside the house; insert the rows of a blueprint with INSERT";
        }
        if (LATER.contains(first)) {
            return first + " does not belong into a blueprint";
        }
        return DEFINITIONS.contains(first) ? definition(words) : null;
    }

    private static @Nullable String setting(List<String> words) {
        int name = words.size() > 2 && Set.of("SESSION", "LOCAL").contains(words.get(1)) ? 2 : 1;
        var setting = words.size() > name ? words.get(name) : "";
        return switch (setting) {
            case "ROLE", "AUTHORIZATION", "ALL" ->
                "a blueprint runs as the owner of its house and may not change the role";
            case "SEARCH_PATH", "SCHEMA" ->
                "the search path is the house itself; names need no schema, and functions find the house whoever calls them";
            case "TRANSACTION", "CHARACTERISTICS" -> "a blueprint may not change the transaction it runs in";
            case "STANDARD_CONFORMING_STRINGS" -> "a blueprint is read with standard_conforming_strings = on";
            default ->
                words.size() > 2
                                && words.get(1).equals("SESSION")
                                && words.get(2).equals("AUTHORIZATION")
                        ? "a blueprint runs as the owner of its house and may not change the role"
                        : null;
        };
    }

    private static @Nullable String definition(List<String> words) {
        var what = words.size() > 1 ? words.get(1) : "";
        var next = words.size() > 2 ? words.get(2) : "";
        if (what.equals("OR")) {
            what = words.size() > 3 ? words.get(3) : "";
        }
        if (what.equals("TEMP") || what.equals("TEMPORARY") || what.equals("GLOBAL") || what.equals("LOCAL")) {
            return "a house has no temporary objects";
        }
        if (what.equals("EVENT") && next.equals("TRIGGER") || what.equals("FOREIGN") || OUTSIDE.contains(what)) {
            return words.getFirst() + " " + what + (what.equals("EVENT") ? " TRIGGER" : "")
                    + " reaches beyond the house" + (what.equals("EXTENSION") ? "; extensions are the operator's" : "");
        }
        return null;
    }

    private static List<String> words(SqlStatement statement) {
        var text = statement.file().text();
        return statement.significant().stream()
                .limit(6)
                .takeWhile(token -> token.kind() == Kind.WORD)
                .map(token -> token.text(text).toUpperCase(Locale.ROOT))
                .toList();
    }
}
