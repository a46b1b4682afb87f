package dev.rowhouse.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhouse.app.data.limits.Plan;
import dev.rowhouse.app.data.limits.Plans;
import dev.rowhouse.platform.limits.Rate;
import dev.rowhouse.tenancy.shard.LaneSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class PlansFileTest {

    private static final String GOOD = "rowhouse: {plans: {gold: {requests-per-second: 10}}}";

    @TempDir
    private Path folder;

    private final Plans plans = new Plans(Plan.STANDARD, Map.of("gold", Plan.STANDARD, "free", Plan.STANDARD));
    private Path path;
    private ConfigurationFile<PlanProperties> file;

    @BeforeEach
    void read() throws IOException {
        path = Files.writeString(folder.resolve("plans.yaml"), GOOD);
        file = PlansFile.of(path, plans, LaneSettings.defaults());
        file.read();
    }

    @Test
    void itStandsBeforeWhatIsConfigured() {
        assertThat(rate("gold")).isEqualTo(new Rate(10, 20));
        assertThat(rate("free")).isEqualTo(Plan.STANDARD.quotas().rate());
    }

    @Test
    void aChangeIsTakenAndWhatItNoLongerNamesComesBack() throws IOException {
        Files.writeString(path, "rowhouse: {plans: {silver: {requests-per-second: 5}}}");
        file.look();
        assertThat(rate("silver")).isEqualTo(new Rate(5, 10));
        assertThat(rate("gold")).isEqualTo(Plan.STANDARD.quotas().rate());
        Files.writeString(path, "");
        file.look();
        assertThat(rate("silver")).isEqualTo(Plan.STANDARD.quotas().rate());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            rowhouse: {plans: {gold: {requests-per-second: 0}}}      | rowhouse.plans.gold.requests-per-second, burst: 0 per second
            rowhouse: {plans: {gold: {requests-per-second: many}}}   | rowhouse.plans.gold.requests-per-second: 'many'
            rowhouse: {plans: {gold: {request-per-second: 5}}}       | rowhouse.plans.gold.request-per-second is not known
            rowhouse: {plan: {gold: {requests-per-second: 5}}}       | rowhouse.plan.gold.requests-per-second is not known
            rowhouse: {plans: {gold: {max-rows: 0}}}                 | rowhouse.plans.gold.max-rows: 0 (expected: 1 to 100000)
            rowhouse: {plans: {gold: {classes: {reed: {requests-per-second: 5}}}}} | rowhouse.plans.gold.classes.reed is none (expected: read,
            rowhouse: {plans: [                                      | plans.yaml
            """)
    void aWrongChangeIsRefusedByNameAndThePlansStay(String content, String why, CapturedOutput log) throws IOException {
        Files.writeString(path, content);
        file.look();
        assertThat(rate("gold")).isEqualTo(new Rate(10, 20));
        assertThat(log).contains("plans stay as they are").contains(why);
        Files.writeString(path, GOOD.replace("10", "11"));
        file.look();
        assertThat(rate("gold")).isEqualTo(new Rate(11, 22));
    }

    @Test
    void aWrongFileFailsTheStart() throws IOException {
        Files.writeString(path, "rowhouse: {plans: {gold: {burst: 0}}}");
        assertThatThrownBy(
                        () -> PlansFile.of(path, plans, LaneSettings.defaults()).read())
                .hasMessageContaining("rowhouse.plans.gold.requests-per-second, burst");
    }

    @Test
    void propertiesAreReadToo() throws IOException {
        var properties =
                Files.writeString(folder.resolve("plans.properties"), "rowhouse.plans.gold.requests-per-second=3");
        PlansFile.of(properties, plans, LaneSettings.defaults()).read();
        assertThat(rate("gold")).isEqualTo(new Rate(3, 6));
    }

    private Rate rate(String plan) {
        return plans.of(plan).quotas().rate();
    }
}
