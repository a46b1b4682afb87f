package dev.rowhouse.tenancy.blueprint;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads what PostgreSQL keeps of a parsed expression or query: {@code {NODE :field value …}} and lists in parentheses, every
 * special character of a name behind a backslash.
 */
final class NodeTree {

    // Where the fields of a rule's query and of the entries of its target list stand: ({QUERY … :targetList
    // ({TARGETENTRY
    private static final int QUERY = 2;
    private static final int ENTRY = 4;

    private static final Pattern NODE = Pattern.compile("\\{([A-Z]+)");
    private static final Pattern FUNCTION = Pattern.compile(":(?:funcid|opfuncid) (\\d+)");
    private static final Pattern RESULT_TYPE = Pattern.compile(":resulttype (\\d+)");

    /** What a query's column shows: the column {@code number} of {@code relation}; a relation 0 says none. */
    record Target(int position, long relation, int number) {}

    private NodeTree() {}

    /** Returns the kinds of node that occur. */
    static Set<String> nodes(String tree) {
        return NODE.matcher(tree).results().map(found -> found.group(1)).collect(Collectors.toUnmodifiableSet());
    }

    /** Returns the functions that are called, by operators too. */
    static Set<Long> functions(String tree) {
        return numbers(FUNCTION, tree);
    }

    /** Returns the types that conversions lead to. */
    static Set<Long> conversions(String tree) {
        return numbers(RESULT_TYPE, tree);
    }

    private static Set<Long> numbers(Pattern pattern, String tree) {
        var numbers = new HashSet<Long>();
        pattern.matcher(tree).results().forEach(found -> numbers.add(Long.valueOf(found.group(1))));
        return numbers;
    }

    /** Returns the columns of a view's query, given the action of its rule. */
    static List<Target> targets(String action) {
        var targets = new ArrayList<Target>();
        var labels = new ArrayList<String>();
        int position = 0;
        long relation = 0;
        int number = 0;
        for (int i = 0; i < action.length(); ) {
            switch (action.charAt(i)) {
                case '{', '(' -> {
                    labels.add("");
                    i++;
                }
                case '}', ')' -> {
                    if (labels.size() == ENTRY
                            && action.charAt(i) == '}'
                            && labels.get(QUERY - 1).equals(":targetList")) {
                        targets.add(new Target(position, relation, number));
                    }
                    labels.removeLast();
                    i++;
                }
                case ' ', '\n' -> i++;
                default -> {
                    int end = end(action, i);
                    var token = action.substring(i, end);
                    if (!labels.isEmpty()) {
                        if (token.startsWith(":")) {
                            labels.set(labels.size() - 1, token);
                        } else if (labels.size() == ENTRY) {
                            switch (labels.getLast()) {
                                case ":resno" -> position = Integer.parseInt(token);
                                case ":resorigtbl" -> relation = Long.parseLong(token);
                                case ":resorigcol" -> number = Integer.parseInt(token);
                                default -> {}
                            }
                        }
                    }
                    i = end;
                }
            }
        }
        return targets;
    }

    private static int end(String action, int start) {
        int i = start;
        while (i < action.length() && "{}() \n".indexOf(action.charAt(i)) < 0) {
            i += action.charAt(i) == '\\' ? 2 : 1;
        }
        return Math.min(i, action.length());
    }
}
