package dev.rowhouse.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code k8s/vault/setup.sh} tells Vault, by a command {@code vault} that notes it; a path that was written can be read. */
class VaultSetupTest {

    private static final String COMMAND = """
            #!/bin/sh
            input=
            case " $* " in *=-' '*) input=$(cat) ;; esac
            echo "$*" | tr '\\n' ' ' >> "$NOTES/calls"
            echo " <$input>" >> "$NOTES/calls"
            file="$NOTES/$(echo "$2" | tr / _)"
            case "$1" in
            write) : > "$file" ;;
            read) [ -e "$file" ] ;;
            esac
            """;
    private static final String[] SHARD = {"shard", "shard-1", "db", "5432", "rowhouse", "2"};

    @TempDir
    private Path folder;

    @BeforeEach
    void command() throws IOException {
        var command =
                Files.writeString(Files.createDirectory(folder.resolve("bin")).resolve("vault"), COMMAND);
        assertThat(command.toFile().setExecutable(true)).isTrue();
    }

    @Test
    void tokensMayBeRenewedWithoutEnd() throws Exception {
        assertThat(run(Map.of(), "approle")).isZero();
        assertThat(run(Map.of(), "kubernetes", "rowhouse", "rowhouse")).isZero();

        assertThat(calls("auth/approle/role/rowhouse", "auth/kubernetes/role/rowhouse"))
                .hasSize(2)
                .allSatisfy(
                        call -> assertThat(call).contains(" token_period=1h").doesNotContain("_ttl="));
    }

    @Test
    void aVaultInTheClusterAsksAsItself() throws Exception {
        assertThat(run(Map.of(), "kubernetes", "rowhouse", "rowhouse")).isZero();

        assertThat(calls("auth/kubernetes/config"))
                .containsExactly("write auth/kubernetes/config kubernetes_host=https://kubernetes.default.svc  <>");
    }

    @Test
    void aVaultElsewhereIsToldWhomToTrustAndAsWhomToAsk() throws Exception {
        var authority = Files.createFile(folder.resolve("ca.crt")).toString();
        var host = "https://api.example:6443";

        assertThat(run(Map.of("KUBERNETES_HOST", host), "kubernetes", "rowhouse", "rowhouse"))
                .isNotZero();
        assertThat(run(
                        Map.of("KUBERNETES_HOST", host, "KUBERNETES_CA_CERT", authority),
                        "kubernetes",
                        "rowhouse",
                        "rowhouse"))
                .isNotZero();
        assertThat(calls("auth/kubernetes/config")).isEmpty();
        var whole = Map.of("KUBERNETES_HOST", host, "KUBERNETES_CA_CERT", authority, "TOKEN_REVIEWER_JWT", "CANARY");
        assertThat(run(whole, "kubernetes", "rowhouse", "rowhouse")).isZero();

        assertThat(calls("auth/kubernetes/config"))
                .containsExactly("write auth/kubernetes/config kubernetes_host=" + host + " kubernetes_ca_cert=@"
                        + authority + " token_reviewer_jwt=- disable_local_ca_jwt=true  <CANARY>");
    }

    @Test
    void aConnectionWhosePasswordVaultHasReplacedStaysAsItIs() throws Exception {
        assertThat(run(Map.of(), SHARD))
                .as("neither a password nor a connection")
                .isNotZero();
        assertThat(run(Map.of("ROWHOUSE_VAULT_PASSWORD", "CANARY", "ROWHOUSE_VAULT_ROTATE", "yes"), SHARD))
                .isZero();
        assertThat(calls("database/config/shard-1"))
                .hasSize(1)
                .first()
                .asString()
                .endsWith("<CANARY>");

        assertThat(run(Map.of(), SHARD)).isZero();

        assertThat(calls("database/config/shard-1")).hasSize(1);
        assertThat(calls("-force")).hasSize(1);
        assertThat(calls("database/roles/shard-1-lane-2")).hasSize(2);
    }

    private int run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        var command = Stream.concat(
                        Stream.of("sh", Rendering.K8S.resolve("vault/setup.sh").toString()), Stream.of(arguments))
                .toList();
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile());
        process.environment().put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
        process.environment().put("NOTES", folder.toString());
        process.environment().putAll(environment);
        var running = process.start();
        assertThat(running.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return running.exitValue();
    }

    /** What was written to one of the paths, call by call, each with what came by standard input. */
    private List<String> calls(String... paths) throws IOException {
        return Files.readAllLines(folder.resolve("calls")).stream()
                .filter(call -> Stream.of(paths).anyMatch(path -> call.startsWith("write " + path + " ")))
                .toList();
    }
}
