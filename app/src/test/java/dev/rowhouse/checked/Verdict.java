package dev.rowhouse.checked;

import dev.rowhouse.checked.Write.Outcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Whether what was told is what happened. Finds every violation rather than the first.
 *
 * <p>Copies of an event are one event, and the first of them is where it stands.
 */
final class Verdict {

    private static final String COUNTED = CheckedBlueprint.COUNTED;

    private final List<String> violations = new ArrayList<>();
    private final Collection<Told> told;

    private Verdict(List<Told> copies) {
        this.told = unique(copies);
    }

    /**
     * Returns what is wrong; nothing if all is well.
     *
     * @param copies in the order in which they came, at least that of each row
     * @param recorded of the relations that are recorded
     * @param rows that are there now, of all relations
     */
    static List<String> of(
            List<Told> copies, List<Recorded> recorded, List<Write> writes, Map<RowName, JsonNode> rows) {
        var verdict = new Verdict(copies);
        verdict.toldIsRecorded(recorded);
        verdict.versionsHaveNoGap();
        verdict.imagesFollowEachOther();
        verdict.rowsAreWhatWasToldLast(rows);
        verdict.answersWereTrue(writes);
        return verdict.violations;
    }

    /** Returns which events came more than once, for a way on which none may. */
    static List<String> repeated(List<Told> copies) {
        return counted(copies, Told::id).entrySet().stream()
                .filter(copy -> copy.getValue() > 1)
                .map(copy -> "came " + copy.getValue() + " times: " + copy.getKey())
                .toList();
    }

    private Collection<Told> unique(List<Told> copies) {
        var first = new LinkedHashMap<String, Told>();
        for (var copy : copies) {
            var known = first.putIfAbsent(copy.id(), copy);
            if (known != null && !known.equals(copy)) {
                violations.add("copies differ: " + known + " and " + copy);
            }
        }
        return first.values();
    }

    private void toldIsRecorded(List<Recorded> recorded) {
        var expected = counted(recorded, Function.identity());
        var found = counted(told.stream().map(Recorded::of).toList(), Function.identity());
        expected.forEach((change, many) -> {
            if (found.getOrDefault(change, 0L) < many) {
                violations.add("not told: " + change);
            }
        });
        found.forEach((change, many) -> {
            if (change.row().relation().equals(COUNTED) && expected.getOrDefault(change, 0L) < many) {
                violations.add("told and never committed: " + change);
            }
        });
    }

    private void versionsHaveNoGap() {
        var versions = new HashMap<RowName, Integer>();
        for (var one : told) {
            if (one.row().relation().equals(COUNTED) && one.after() != null) {
                var last = versions.getOrDefault(one.row(), 0);
                var version = one.after().path("version").asInt(0);
                if (version != last + 1) {
                    violations.add("version " + version + " follows " + last + ": " + one);
                }
                versions.put(one.row(), version);
            }
        }
    }

    private void imagesFollowEachOther() {
        var last = new HashMap<RowName, JsonNode>();
        for (var one : told) {
            var before = last.get(one.row());
            if (!Objects.equals(before, one.before())) {
                violations.add("what was before is not what it had become, " + before + ": " + one);
            }
            if (one.after() == null) {
                last.remove(one.row());
            } else {
                last.put(one.row(), one.after());
            }
        }
    }

    private void rowsAreWhatWasToldLast(Map<RowName, JsonNode> rows) {
        var last = new HashMap<RowName, JsonNode>();
        for (var one : told) {
            if (one.after() == null) {
                last.remove(one.row());
            } else {
                last.put(one.row(), one.after());
            }
        }
        rows.forEach((row, image) -> {
            if (!image.equals(last.get(row))) {
                violations.add("the row " + row + " is " + image + " and told was " + last.get(row));
            }
        });
        last.keySet().stream()
                .filter(row -> !rows.containsKey(row))
                .forEach(row -> violations.add("there is no row " + row + " but it was told of"));
    }

    private void answersWereTrue(List<Write> writes) {
        var found = counted(told, one -> one.row().tenant() + "/" + one.mark());
        var known = writes.stream().map(Verdict::mark).collect(Collectors.toSet());
        for (var write : writes) {
            var many = found.getOrDefault(mark(write), 0L);
            if (many != write.changes() && !(many == 0 && write.outcome() != Outcome.DONE)) {
                violations.add("told " + many + " times: " + write);
            } else if (many != 0 && write.outcome() == Outcome.REFUSED) {
                violations.add("refused and told: " + write);
            }
        }
        found.keySet().stream()
                .filter(mark -> !known.contains(mark))
                .forEach(mark -> violations.add("told of what nobody wrote there: " + mark));
    }

    private static String mark(Write write) {
        return write.tenant() + "/" + write.mark();
    }

    private static <T, K> Map<K, Long> counted(Collection<T> all, Function<T, K> key) {
        return all.stream().collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.counting()));
    }
}
