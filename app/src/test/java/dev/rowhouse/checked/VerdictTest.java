package dev.rowhouse.checked;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhouse.checked.Write.Outcome;
import dev.rowhouse.tenancy.journal.Change;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A history in which all is well, and what the verdict says when one thing in it is not. */
class VerdictTest {

    private static final RowName ROW = new RowName("acme", CheckedBlueprint.COUNTED, "a");
    private static final RowName PLAIN = new RowName("acme", CheckedBlueprint.PLAIN, "p");
    private static final RowName GONE = new RowName("bolt", CheckedBlueprint.COUNTED, "a");

    /** What can be spoilt. */
    private static final class History {
        private final List<Told> told = new ArrayList<>(List.of(
                told("1", ROW, Change.INSERT, null, image("a", 1, "one")),
                told("2", PLAIN, Change.INSERT, null, image("p", 0, "one")),
                told("3", GONE, Change.INSERT, null, image("a", 1, "three")),
                told("4", ROW, Change.UPDATE, image("a", 1, "one"), image("a", 2, "two")),
                told("5", GONE, Change.DELETE, image("a", 1, "three"), null)));
        private final List<Recorded> recorded = new ArrayList<>(List.of(
                new Recorded(ROW, Change.INSERT, image("a", 1, "one")),
                new Recorded(ROW, Change.UPDATE, image("a", 2, "two")),
                new Recorded(GONE, Change.INSERT, image("a", 1, "three")),
                new Recorded(GONE, Change.DELETE, image("a", 1, "three"))));
        private final List<Write> writes = new ArrayList<>(List.of(
                new Write("acme", "one", 2, Outcome.DONE),
                new Write("acme", "two", 1, Outcome.UNKNOWN),
                new Write("acme", "lost", 1, Outcome.UNKNOWN),
                new Write("acme", "no", 1, Outcome.REFUSED),
                new Write("bolt", "three", 1, Outcome.DONE),
                new Write("bolt", Write.removal("three"), 1, Outcome.DONE)));
        private final Map<RowName, JsonNode> rows =
                new HashMap<>(Map.of(ROW, image("a", 2, "two"), PLAIN, image("p", 0, "one")));

        private List<String> verdict() {
            return Verdict.of(told, recorded, writes, rows);
        }
    }

    @Test
    void nothingIsWrongWithATrueHistory() {
        assertThat(new History().verdict()).isEmpty();
    }

    @Test
    void aCopyIsNoOtherEvent() {
        var history = new History();
        history.told.addAll(List.copyOf(history.told.subList(1, 4)));
        assertThat(history.verdict()).isEmpty();
        assertThat(Verdict.repeated(history.told)).hasSize(3);
        assertThat(Verdict.repeated(new History().told)).isEmpty();
    }

    static Stream<Arguments> violations() {
        return Stream.of(
                spoilt("an event is missing", "not told: ", history -> history.told.remove(3)),
                spoilt(
                        "the last event of a plain row is missing",
                        "the row acme/plain/p is ",
                        history -> history.told.remove(1)),
                spoilt(
                        "something was told and not recorded",
                        "told and never committed: ",
                        history -> history.recorded.remove(1)),
                spoilt(
                        "two events of a row come in the wrong order",
                        "version 2 follows 0",
                        history -> Collections.swap(history.told, 0, 3)),
                spoilt("a version is left out", "version 3 follows 1", history -> {
                    history.told.set(3, told("4", ROW, Change.UPDATE, image("a", 1, "one"), image("a", 3, "two")));
                    history.recorded.set(1, new Recorded(ROW, Change.UPDATE, image("a", 3, "two")));
                    history.rows.put(ROW, image("a", 3, "two"));
                }),
                spoilt(
                        "what was before is another row",
                        "what was before is not what it had become",
                        history -> history.told.set(
                                3, told("4", ROW, Change.UPDATE, image("a", 1, "other"), image("a", 2, "two")))),
                spoilt(
                        "a row has changed and nothing was told",
                        "the row acme/plain/p is ",
                        history -> history.rows.put(PLAIN, image("p", 0, "other"))),
                spoilt("a row is not there", "there is no row acme/plain/p", history -> history.rows.remove(PLAIN)),
                spoilt(
                        "an acknowledged write is missing",
                        "told 0 times: ",
                        history -> history.writes.add(new Write("acme", "gone", 1, Outcome.DONE))),
                spoilt(
                        "a write happened by half",
                        "told 2 times: ",
                        history -> history.writes.set(0, new Write("acme", "one", 3, Outcome.UNKNOWN))),
                spoilt(
                        "a refused write was told",
                        "refused and told: ",
                        history -> history.writes.set(1, new Write("acme", "two", 1, Outcome.REFUSED))),
                spoilt(
                        "a tenant was told of another's write",
                        "told of what nobody wrote there: acme/three",
                        history -> history.told.add(told(
                                "6",
                                new RowName("acme", CheckedBlueprint.PLAIN, "x"),
                                Change.INSERT,
                                null,
                                image("x", 0, "three")))),
                spoilt(
                        "two events have one id",
                        "copies differ: ",
                        history -> history.told.add(told("2", PLAIN, Change.INSERT, null, image("p", 0, "other")))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("violations")
    void everyViolationIsFound(String name, String violation, Consumer<History> spoil) {
        var history = new History();
        spoil.accept(history);
        assertThat(history.verdict()).anyMatch(said -> said.startsWith(violation));
    }

    private static Arguments spoilt(String name, String violation, Consumer<History> spoil) {
        return Arguments.of(name, violation, spoil);
    }

    private static Told told(
            String id, RowName row, Change change, @Nullable JsonNode before, @Nullable JsonNode after) {
        return new Told(id, row, change, before, after);
    }

    private static JsonNode image(String id, int version, String word) {
        return JsonMapper.shared()
                .readTree("{\"id\": \"%s\", \"version\": %d, \"word\": \"%s\"}".formatted(id, version, word));
    }
}
