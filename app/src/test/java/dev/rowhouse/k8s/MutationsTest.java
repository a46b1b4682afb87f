package dev.rowhouse.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.springframework.core.io.ClassPathResource;

/** Each rule sees what it is there for: {@code mutations.csv} spoils a rendering that all rules hold of, and the rule must say so. */
class MutationsTest {

    private static Map<String, Rendering> renderings;

    @BeforeAll
    static void render() {
        renderings = Rendering.all().collect(Collectors.toMap(Rendering::toString, rendering -> rendering));
    }

    @ParameterizedTest(name = "{0}: {2} {3}")
    @CsvFileSource(resources = "mutations.csv", delimiter = '|', quoteCharacter = '`')
    void isSeen(String rule, String rendering, String subject, String change) {
        var spoiled = Mutation.of(subject, change).applyTo(renderings.get(rendering));

        assertThat(Rule.named(rule).brokenBy(renderings.get(rendering))).isEmpty();
        assertThat(Rule.named(rule).brokenBy(spoiled)).isNotEmpty();
    }

    @Test
    void everyRuleIsTried() throws Exception {
        var file = new ClassPathResource("dev/rowhouse/k8s/mutations.csv");
        var tried = new String(file.getContentAsByteArray(), StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.split("\\|")[0].strip())
                .toList();

        assertThat(tried).containsAll(Rule.ALL.stream().map(Rule::name).toList());
    }
}
