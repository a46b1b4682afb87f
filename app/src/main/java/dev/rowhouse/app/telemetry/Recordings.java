package dev.rowhouse.app.telemetry;

import dev.rowhouse.platform.background.BackgroundWork;
import dev.rowhouse.platform.crypto.UuidV7;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Pattern;
import jdk.jfr.Configuration;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Flight recordings of this process: one at a time, the last few kept for an hour in a folder of their own, which goes with
 * the process.
 *
 * <p>What could hold a secret is neither asked for nor kept. The second matters where somebody else records as well: the
 * JVM writes one stream of events for all, so each recording's file has what any of them asked for.
 */
public final class Recordings implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Recordings.class);

    // Command lines, variables, properties, options of agents, and messages of exceptions.
    static final Set<String> LEFT_OUT = Set.of(
            "jdk.InitialEnvironmentVariable",
            "jdk.InitialSystemProperty",
            "jdk.InitialSecurityProperty",
            "jdk.SecurityPropertyModification",
            "jdk.JVMInformation",
            "jdk.SystemProcess",
            "jdk.ProcessStart",
            "jdk.JavaAgent",
            "jdk.NativeAgent",
            "jdk.StringFlag",
            "jdk.StringFlagChanged",
            "jdk.JavaErrorThrow",
            "jdk.JavaExceptionThrow");

    // With its last chunk, which is 12 MiB, a recording is at most 44 MiB: two that are kept, and one as it was and as
    // it is
    // kept, fit into the 256 MiB that the deployment has for them.
    private static final long MOST_BYTES = 32L << 20;
    private static final int MOST_KEPT = 2;
    private static final Duration KEPT_FOR = Duration.ofHours(1);
    private static final int WAITING = 16;
    private static final String FOLDER = "rowhouse-recordings-";
    private static final Pattern FOLDER_OF_A_PROCESS = Pattern.compile(FOLDER + "(\\d{1,10})-.*");

    private final BackgroundWork background;
    private final InstantSource clock;
    private final Path temporary;
    // One thread: what changes recordings happens one after the other.
    private final Scheduler scheduler = Schedulers.newBoundedElastic(1, WAITING, "recordings");
    private final Map<UUID, Recorded> recordings = new ConcurrentSkipListMap<>();
    private volatile @Nullable Path folder;
    private volatile @Nullable Recording running;

    /** @param temporary in which folders may be made */
    public Recordings(BackgroundWork background, InstantSource clock, Path temporary) {
        this.background = background;
        this.clock = clock;
        this.temporary = temporary;
    }

    /**
     * Begins a recording, which ends by itself.
     *
     * @param settings of the JDK, {@code default} or {@code profile}
     * @return the recording, or {@link AlreadyRecording}
     */
    public Mono<Recorded> start(String settings, Duration time) {
        return Mono.fromCallable(() -> begin(settings, time))
                .subscribeOn(scheduler)
                .doOnNext(begun -> background.start(
                        "recording",
                        Mono.delay(time)
                                .then(onTheThread(() -> finish(begun.id())))
                                .then(Mono.delay(KEPT_FOR))
                                .then(remove(begun.id()))));
    }

    /** Returns those that are kept, the oldest first. */
    public List<Recorded> all() {
        return List.copyOf(recordings.values());
    }

    public @Nullable Recorded find(UUID id) {
        return recordings.get(id);
    }

    /** Forgets a recording and its file, and ends it if it is running. */
    public Mono<Void> remove(UUID id) {
        return onTheThread(() -> delete(id));
    }

    private Mono<Void> onTheThread(Work work) {
        return Mono.<Void>fromCallable(() -> {
                    work.run();
                    return null;
                })
                .subscribeOn(scheduler);
    }

    private Recorded begin(String settings, Duration time) throws IOException, ParseException {
        var other = recordings.values().stream().filter(Recorded::isUnderWay).findFirst();
        if (other.isPresent()) {
            throw new AlreadyRecording(other.get());
        }
        var chosen = new HashMap<>(Configuration.getConfiguration(settings).getSettings());
        FlightRecorder.getFlightRecorder().getEventTypes().stream()
                .map(EventType::getName)
                .filter(event -> !isKept(event))
                .forEach(event -> chosen.put(event + "#enabled", "false"));
        var recording = new Recording();
        recording.setSettings(chosen);
        recording.setMaxSize(MOST_BYTES);
        recording.start();
        running = recording;
        var now = clock.instant();
        var begun = new Recorded(UuidV7.next(), settings, Recorded.State.RECORDING, now, now.plus(time), null, 0);
        recordings.put(begun.id(), begun);
        log.info("recording {} has begun, for {}", begun.id(), time);
        return begun;
    }

    private void finish(UUID id) {
        var begun = recordings.get(id);
        var recording = running;
        if (begun == null || recording == null) {
            return;
        }
        running = null;
        try (recording) {
            recording.stop();
            recordings.put(id, begun.withState(Recorded.State.WRITING));
            var file = write(recording, id);
            recordings.put(id, begun.withFile(file, Files.size(file)));
            log.info("recording {} has ended", id);
            forgetTheOldest();
        } catch (IOException | RuntimeException e) {
            recordings.put(id, begun.withState(Recorded.State.FAILED));
            log.warn("recording {} failed", id, e);
        }
    }

    private Path write(Recording recording, UUID id) throws IOException {
        var unread = Files.createTempFile(folder(), "unread-", ".jfr");
        try {
            recording.dump(unread);
            recording.close();
            var file = folder().resolve(id + ".jfr");
            try (var events = new RecordingFile(unread)) {
                events.write(file, event -> isKept(event.getEventType().getName()));
            }
            return file;
        } finally {
            Files.delete(unread);
        }
    }

    // Events of libraries may tell anything: Lettuce's tell the address of Redis, with the name of who logs in.
    private static boolean isKept(String event) {
        return event.startsWith("jdk.") && !LEFT_OUT.contains(event);
    }

    private void forgetTheOldest() throws IOException {
        var ended = recordings.values().stream()
                .filter(recorded -> !recorded.isUnderWay())
                .map(Recorded::id)
                .toList();
        for (var id : ended.subList(0, Math.max(0, ended.size() - MOST_KEPT))) {
            delete(id);
        }
    }

    private void delete(UUID id) throws IOException {
        var recorded = recordings.remove(id);
        if (recorded == null) {
            return;
        }
        var recording = running;
        if (recorded.isUnderWay() && recording != null) {
            running = null;
            recording.close();
        }
        var file = recorded.file();
        if (file != null) {
            Files.deleteIfExists(file);
        }
    }

    private Path folder() throws IOException {
        var made = folder;
        if (made == null) {
            removeFoldersOfTheDead();
            made = Files.createTempDirectory(
                    temporary, FOLDER + ProcessHandle.current().pid() + "-");
            folder = made;
        }
        return made;
    }

    // In a container the next process has its predecessor's number, and its scratch volume.
    private void removeFoldersOfTheDead() throws IOException {
        try (var folders = Files.newDirectoryStream(temporary, FOLDER + "*")) {
            for (var other : folders) {
                var name = FOLDER_OF_A_PROCESS.matcher(other.getFileName().toString());
                if (name.matches() && !isAnotherProcess(Long.parseLong(name.group(1))) && Files.isWritable(other)) {
                    deleteAll(other);
                }
            }
        }
    }

    private static boolean isAnotherProcess(long pid) {
        return pid != ProcessHandle.current().pid() && ProcessHandle.of(pid).isPresent();
    }

    private static void deleteAll(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Ends what is running and deletes what is kept. */
    @Override
    public void close() throws IOException {
        scheduler.dispose();
        var recording = running;
        if (recording != null) {
            recording.close();
        }
        var made = folder;
        if (made != null) {
            deleteAll(made);
        }
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }
}
