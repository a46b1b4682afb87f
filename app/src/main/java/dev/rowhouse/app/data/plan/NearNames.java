package dev.rowhouse.app.data.plan;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Names that a client may have meant. */
public final class NearNames {

    private static final int FARTHEST = 2;
    private static final int SHORTEST_PREFIX = 3;
    private static final int MOST = 5;
    private static final int LONGEST = 63;

    private NearNames() {}

    /** Returns "did you mean …", or null when no known name is near. */
    public static @Nullable String hint(String name, Collection<String> known) {
        var asked = name.toLowerCase(Locale.ROOT);
        if (asked.length() > LONGEST + FARTHEST) {
            return null;
        }
        var near = known.stream()
                .filter(candidate -> isNear(asked, candidate.toLowerCase(Locale.ROOT)))
                .sorted()
                .limit(MOST)
                .map(candidate -> "'" + candidate + "'")
                .collect(Collectors.joining(", "));
        return near.isEmpty() ? null : "did you mean " + near + "?";
    }

    /** Returns the nearest known name, or null when none is near. */
    static @Nullable String nearest(String name, Collection<String> known) {
        var asked = name.toLowerCase(Locale.ROOT);
        return asked.length() > LONGEST + FARTHEST
                ? null
                : known.stream()
                        .filter(candidate -> isNear(asked, candidate.toLowerCase(Locale.ROOT)))
                        .min(Comparator.comparingInt(
                                        (String candidate) -> distance(asked, candidate.toLowerCase(Locale.ROOT)))
                                .thenComparing(Comparator.naturalOrder()))
                        .orElse(null);
    }

    private static boolean isNear(String asked, String candidate) {
        boolean prefix = asked.length() >= SHORTEST_PREFIX && candidate.startsWith(asked)
                || candidate.length() >= SHORTEST_PREFIX && asked.startsWith(candidate);
        return prefix || distance(asked, candidate) <= Math.min(FARTHEST, candidate.length() / 2);
    }

    private static int distance(String a, String b) {
        if (Math.abs(a.length() - b.length()) > FARTHEST) {
            return Integer.MAX_VALUE;
        }
        var above = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = above[0];
            above[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = above[j];
                above[j] = Math.min(substituted, 1 + Math.min(above[j], above[j - 1]));
            }
        }
        return above[b.length()];
    }
}
