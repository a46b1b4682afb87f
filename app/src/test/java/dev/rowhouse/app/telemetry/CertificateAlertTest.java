package dev.rowhouse.app.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alert of the component {@code certificate}, whose metric is cert-manager's and none of ours. */
class CertificateAlertTest {

    private static final Path COMPONENT = Path.of("../k8s/components/certificate");
    private static final String ALERT = "RowhouseIngressCertificateExpires";

    @Test
    void firesAndClears(@TempDir Path directory) throws IOException, InterruptedException {
        if (!Promtool.isThere()) {
            return;
        }
        Promtool.writeRules(COMPONENT, directory);
        Files.copy(COMPONENT.resolve("rules_test.yaml"), directory.resolve("rules_test.yaml"));

        assertThat(Promtool.run(directory, "check", "rules", "rules.yaml")).contains("SUCCESS");
        assertThat(Promtool.run(directory, "test", "rules", "rules_test.yaml")).contains("SUCCESS");
    }

    @Test
    void hasItsRunbook() throws IOException {
        assertThat(Files.readString(COMPONENT.resolve("prometheusrule.yaml")))
                .contains("alert: " + ALERT, "runbook_url: k8s/runbooks/certificate-expires.md");
        assertThat(Files.readString(Path.of("../k8s/runbooks/certificate-expires.md")))
                .contains("`" + ALERT + "`");
    }
}
