package dev.rowhouse.app.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.platform.background.BackgroundWork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What recordings leave on the disk, and when. */
class RecordingsTest {

    @TempDir
    private Path temporary = Path.of("");

    @Test
    void nothingIsLeftWhenTheProcessEndsAndWhatAKilledOneLeftIsRemoved() throws IOException {
        var own = ProcessHandle.current().pid();
        var parent = ProcessHandle.current().parent().orElseThrow().pid();
        var ofTheDead = left("rowhouse-recordings-4999999-a");
        var ofAPredecessor = left("rowhouse-recordings-" + own + "-b");
        var ofAnother = left("rowhouse-recordings-" + parent + "-c");
        var ofNobody = left("rowhouse-recordings-of-somebody");
        try (var background = new BackgroundWork();
                var recordings = new Recordings(background, Clock.systemUTC(), temporary)) {
            var begun = recordings.start("default", Duration.ofMillis(200)).block();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> recordings.find(begun.id()).state() == Recorded.State.READY);

            assertThat(recordings.find(begun.id()).file()).exists();
            assertThat(ofTheDead).doesNotExist();
            assertThat(ofAPredecessor).doesNotExist();
        }
        assertThat(files()).containsExactlyInAnyOrder(ofAnother.getParent(), ofNobody.getParent());
    }

    private Path left(String name) throws IOException {
        return Files.writeString(Files.createDirectory(temporary.resolve(name)).resolve("some.jfr"), "");
    }

    private Stream<Path> files() throws IOException {
        return Files.list(temporary);
    }
}
