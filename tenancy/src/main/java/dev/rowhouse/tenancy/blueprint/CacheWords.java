package dev.rowhouse.tenancy.blueprint;

import dev.rowhouse.tenancy.catalog.CacheRule;
import dev.rowhouse.tenancy.catalog.HttpRule;
import dev.rowhouse.tenancy.catalog.JournalMode;
import dev.rowhouse.tenancy.catalog.Relation;
import dev.rowhouse.tenancy.catalog.Relation.Kind;
import java.util.ArrayList;
import java.util.List;

/** Reads what comments say of caches as strictly as code: who misspells it would be told of no error for ever. */
final class CacheWords {

    private CacheWords() {}

    /**
     * Returns why the relation's comment cannot be followed; nothing if it can.
     *
     * @param sharesRows whether its rows are rows of another table too, or the other way round
     * @param told whether the journal can tell of its changes
     */
    static List<String> mistakes(Relation relation, boolean sharesRows, boolean told) {
        var mistakes = new ArrayList<String>();
        var comment = relation.comment();
        if (CacheRule.isMistaken(comment)) {
            mistakes.add("the comment of " + relation.name()
                    + " has a @cache that there is not (expected: ttl=30s with at most "
                    + CacheRule.LONGEST.toMinutes() + "m, events or versioned)");
        }
        if (HttpRule.isMistaken(comment)) {
            mistakes.add("the comment of " + relation.name()
                    + " has a @http that there is not (expected: max-age=60s with at most "
                    + HttpRule.LONGEST.toHours() + "h, and public or not)");
        }
        var rule = CacheRule.of(comment);
        if (CacheRule.isMarked(comment) && relation.kind() != Kind.TABLE) {
            mistakes.add(relation.name() + " is a view: only tables have a @cache");
        } else if (rule != null && rule.kind().needsJournal()) {
            if (JournalMode.of(comment) == JournalMode.OFF) {
                mistakes.add("the comment of " + relation.name()
                        + " has a @cache that ends with changes, and @journal off, so that nobody is told of them");
            }
            if (!told) {
                mistakes.add("the journal leaves " + relation.name()
                        + " out, for a type of its columns is cast to JSON by code: it takes @cache ttl=… alone");
            }
            if (sharesRows) {
                mistakes.add(relation.name()
                        + " shares its rows with other tables, and a change is told under the name of one:"
                        + " it takes @cache ttl=… alone");
            }
        }
        return mistakes;
    }
}
