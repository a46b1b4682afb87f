package dev.rowhouse.app.data.query;

import dev.rowhouse.app.data.query.Filter.Comparator;
import dev.rowhouse.app.data.query.Filter.QueryForm;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a word before a value asks for. */
sealed interface Operator {

    /** A comparison; {@code quantifiable} if {@code (any)} and {@code (all)} may follow. */
    record Compare(Comparator comparator, boolean quantifiable) implements Operator {}

    /** A text search, which a language may follow. */
    record Search(QueryForm form) implements Operator {}

    /** {@code in}. */
    record List() implements Operator {}

    /** {@code is}. */
    record Truth() implements Operator {}

    /** All of them by name. */
    Map<String, Operator> ALL = all();

    /** For messages. */
    String NAMES = String.join(", ", ALL.keySet());

    static @Nullable Operator named(String word) {
        return ALL.get(word);
    }

    default boolean searches() {
        return this instanceof Search;
    }

    default boolean quantifiable() {
        return this instanceof Compare(var _, var quantifiable) && quantifiable;
    }

    private static Map<String, Operator> all() {
        var all = new TreeMap<String, Operator>();
        for (var comparator : Comparator.values()) {
            all.put(comparator.name().toLowerCase(Locale.ROOT), new Compare(comparator, quantifiable(comparator)));
        }
        for (var form : QueryForm.values()) {
            all.put(form.name().toLowerCase(Locale.ROOT), new Search(form));
        }
        all.put("in", new List());
        all.put("is", new Truth());
        return all;
    }

    private static boolean quantifiable(Comparator comparator) {
        return switch (comparator) {
            case EQ, GT, GTE, LT, LTE, LIKE, ILIKE, MATCH, IMATCH -> true;
            case NEQ, ISDISTINCT, CS, CD, OV, SL, SR, NXR, NXL, ADJ -> false;
        };
    }
}
