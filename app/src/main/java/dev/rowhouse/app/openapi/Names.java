package dev.rowhouse.app.openapi;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Gives out names that a document may use as keys and ids, each once.
 *
 * <p>Names that a generator of code would write alike, such as {@code line_item} and {@code LineItem}, count as one. Which of
 * two gets its wish depends on the order of asking alone, so equal catalogs give equal names.
 */
final class Names {

    private static final Pattern UNFIT = Pattern.compile("[^A-Za-z0-9_.-]");
    private static final Pattern UNHEARD = Pattern.compile("[^a-z0-9]");

    private final Set<String> taken = new HashSet<>();

    String claim(String wish) {
        var fit = UNFIT.matcher(wish).replaceAll("_");
        var name = fit;
        for (int i = 2; !taken.add(heard(name)); i++) {
            name = fit + "_" + i;
        }
        return name;
    }

    private static String heard(String name) {
        return UNHEARD.matcher(name.toLowerCase(Locale.ROOT)).replaceAll("");
    }
}
