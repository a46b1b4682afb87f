package dev.rowhouse.app.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * What the reference of PostgREST promises, case by case, over HTTP. The cases stand in {@code resources/conformance/cases};
 * {@link Transcript} says how they are written. Cases that write undo it, or touch rows that no other case reads.
 */
@TestInstance(Lifecycle.PER_CLASS)
class ConformanceTest {

    private static final List<String> FILES = List.of(
            "reading",
            "json-and-composites",
            "ordering",
            "writing",
            "upserting",
            "functions",
            "computed",
            "embedding",
            "filtering-embeds",
            "spreads",
            "aggregates",
            "preferences",
            "pagination",
            "representation",
            "domains",
            "media-types",
            "cors-and-options",
            "errors",
            "url-grammar",
            "transactions",
            "differences");

    private final List<Case> cases = FILES.stream()
            .flatMap(file -> Transcript.parse(file, Reference.resource("cases/" + file + ".txt")).stream())
            .toList();
    private final Reference reference = new Reference();

    @TestFactory
    Stream<DynamicNode> everyPromiseOfTheReferenceIsKept() {
        var chapters = cases.stream()
                .collect(Collectors.groupingBy(
                        Case::chapter,
                        LinkedHashMap::new,
                        Collectors.groupingBy(Case::section, LinkedHashMap::new, Collectors.toList())));
        return chapters.entrySet().stream()
                .map(chapter -> dynamicContainer(
                        chapter.getKey(),
                        chapter.getValue().entrySet().stream()
                                .map(section -> dynamicContainer(
                                        section.getKey(),
                                        section.getValue().stream()
                                                .map(promise -> dynamicTest(
                                                        promise.name(), uriOf(promise), () -> keep(promise)))))));
    }

    @Test
    void theReferenceIsCoveredBroadly() {
        assertThat(cases).hasSizeGreaterThanOrEqualTo(400);
        assertThat(cases)
                .extracting(promise -> promise.section() + " / " + promise.name())
                .doesNotHaveDuplicates();
    }

    /** The positive control of each is its case above, with the tenant's own key. */
    @Test
    void nothingOfItAnswersToAForeignKey() {
        var opened = new ArrayList<String>();
        for (var promise : cases) {
            var exchange = promise.exchanges().getFirst();
            if (exchange.method().equals("OPTIONS")) {
                continue;
            }
            var reply = reference.sendAsStranger(exchange);
            var told = reply.body().isEmpty()
                    || reply.body().contains("\"tenant_unknown\"")
                    || reply.body().contains("\"not_found\"");
            if (reply.status() != 404 || !told) {
                opened.add(place(promise) + " " + reply.status());
            }
        }
        assertThat(opened).isEmpty();
    }

    private void keep(Case promise) {
        for (var exchange : promise.exchanges()) {
            var reply = reference.send(exchange);
            var differences = reply.differences(exchange, reference.base());
            assertThat(differences)
                    .as(() -> place(promise) + "\n" + exchange.method() + " " + exchange.target() + "\nanswered "
                            + reply.status() + " " + reply.headers().map() + "\n" + reply.body() + "\nand not\n"
                            + exchange.expectedBody() + "\n")
                    .isEmpty();
        }
    }

    private static String place(Case promise) {
        return promise.file() + ".txt:" + promise.line() + " " + promise.name();
    }

    private static URI uriOf(Case promise) {
        return URI.create("classpath:/conformance/cases/" + promise.file() + ".txt?line=" + promise.line());
    }
}
