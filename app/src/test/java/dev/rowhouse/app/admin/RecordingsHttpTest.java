package dev.rowhouse.app.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rowhouse.app.RunningApp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Name;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

/** Flight recordings on demand: bounded, of one instance, and without what could be a secret. */
class RecordingsHttpTest {

    private static final String RECORDINGS = "/admin/v1/recordings";
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Set<String> SECRETIVE = Set.of(
            "jdk.InitialEnvironmentVariable",
            "jdk.InitialSystemProperty",
            "jdk.JVMInformation",
            "jdk.SystemProcess",
            "jdk.JavaExceptionThrow",
            "jdk.JavaErrorThrow");

    /** Whose texts were looked at: names of classes, threads, files, hosts, settings of the JVM by name, counters. */
    private static final Set<String> LOOKED_AT = Set.of("""
            ActiveRecording ActiveSetting BooleanFlag BooleanFlagChanged CPUInformation CodeCacheFull
            CodeCacheStatistics Compilation CompilationFailure CompilerPhase CompilerQueueUtilization
            ContainerConfiguration Deoptimization DoubleFlag DoubleFlagChanged DumpReason ExecuteVMOperation
            ExecutionSample FileForce FileRead FileWrite FinalizerStatistics G1GarbageCollection G1HeapSummary
            GCConfiguration GCHeapConfiguration GCHeapMemoryPoolUsage GCHeapSummary GCPhaseConcurrent
            GCPhaseConcurrentLevel1 GCPhaseConcurrentLevel2 GCPhaseParallel GCPhasePause GCPhasePauseLevel1
            GCPhasePauseLevel2 GCReferenceStatistics GarbageCollection HeapDump IntFlag IntFlagChanged LongFlag
            LongFlagChanged MetaspaceAllocationFailure MetaspaceChunkFreeListSummary MetaspaceGCThreshold
            MetaspaceOOM MetaspaceSummary NativeLibrary NativeLibraryLoad NativeLibraryUnload NativeMemoryUsage
            NativeMethodSample NetworkUtilization OSInformation PSHeapSummary SerializationMisdeclaration
            Shutdown SocketRead SocketWrite ThreadDump UnsignedIntFlag UnsignedIntFlagChanged UnsignedLongFlag
            UnsignedLongFlagChanged VirtualThreadPinned VirtualThreadSubmitFailed VirtualizationInformation
            ZAllocationStall ZPageAllocation ZRelocationSetGroup
            """.strip().split("\\s+"));

    private final RunningApp app = RunningApp.shared();
    private final WebTestClient operator = app.operator();

    @TempDir
    private Path folder = Path.of("");

    @AfterEach
    void removeAll() {
        items().forEach(item ->
                remove(item.get("id").stringValue()).expectStatus().isNoContent());
    }

    @Test
    void aRecordingIsMadeFetchedAndGone() throws IOException {
        var begun = start("{\"seconds\": 1, \"settings\": \"default\"}");
        var id = begun.get("id").stringValue();
        assertThat(begun.get("state").stringValue()).isEqualTo("recording");
        assertThat(begun.get("settings").stringValue()).isEqualTo("default");
        assertThat(begun.get("instance").stringValue())
                .startsWith(ProcessHandle.current().pid() + "@");

        awaitReady(id);
        var head = operator.head().uri(RECORDINGS + "/" + id + "/file").exchange();
        head.expectStatus().isOk().expectHeader().contentType(MediaType.APPLICATION_OCTET_STREAM);
        var file = file(id);

        assertThat(file.getStatus().value()).isEqualTo(200);
        assertThat(file.getResponseHeaders().getFirst("Rowhouse-Instance"))
                .isEqualTo(begun.get("instance").stringValue());
        assertThat(file.getResponseHeaders().getContentDisposition().getFilename())
                .isEqualTo(id + ".jfr");
        assertThat(events(file.getResponseBody())).contains("jdk.CPULoad");
        await().atMost(SOON)
                .untilAsserted(() -> operator.get()
                        .uri(RECORDINGS + "/" + id)
                        .exchange()
                        .expectStatus()
                        .isNotFound()
                        .expectHeader()
                        .exists("Rowhouse-Instance"));
        assertThat(items()).isEmpty();
        assertThat(filesOfThisProcess()).isEmpty();
    }

    @Test
    void oneIsMadeAtATime() {
        var id = start("{\"seconds\": 300}").get("id").stringValue();

        order("{\"seconds\": 1}")
                .expectStatus()
                .isEqualTo(409)
                .expectHeader()
                .exists(HttpHeaders.RETRY_AFTER)
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("recording_running");
        operator.get()
                .uri(RECORDINGS + "/" + id + "/file")
                .exchange()
                .expectStatus()
                .isEqualTo(409)
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("recording_not_ended");
        remove(id).expectStatus().isNoContent();
        remove(id).expectStatus().isNotFound();

        assertThat(FlightRecorder.getFlightRecorder().getRecordings()).isEmpty();
        start("{\"seconds\": 300}");
    }

    @Test
    void theLastTwoAreKept() {
        var ids = new ArrayList<String>();
        for (var turn = 0; turn < 3; turn++) {
            ids.add(start("{\"seconds\": 1, \"settings\": \"default\"}")
                    .get("id")
                    .stringValue());
            awaitReady(ids.getLast());
        }

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(items())
                        .extracting(item -> item.get("id").stringValue())
                        .containsExactlyElementsOf(ids.subList(1, 3)));
        assertThat(filesOfThisProcess()).hasSize(2);
    }

    @Test
    void noSecretIsInItEvenWhileSomebodyElseRecordsThem() throws IOException {
        var message = "a canary in an exception";
        var variable = System.getenv("PATH");
        var argument = ManagementFactory.getRuntimeMXBean().getInputArguments().getFirst();
        try (var other = new Recording()) {
            SECRETIVE.forEach(other::enable);
            other.start();
            var id = start("{\"seconds\": 2, \"settings\": \"profile\"}")
                    .get("id")
                    .stringValue();
            assertThat(thrown(message)).hasMessage(message);
            awaitReady(id);
            var ours = file(id).getResponseBody();
            other.stop();
            var theirs = folder.resolve("theirs.jfr");
            other.dump(theirs);

            assertThat(events(Files.readAllBytes(theirs)))
                    .as("what the JVM would tell")
                    .contains("jdk.InitialEnvironmentVariable", "jdk.InitialSystemProperty", "jdk.JVMInformation");
            for (var secret : List.of(variable, argument, message)) {
                assertThat(text(Files.readAllBytes(theirs)).contains(secret))
                        .as("that theirs has " + secret)
                        .isTrue();
                assertThat(text(ours).contains(secret))
                        .as("that ours has " + secret)
                        .isFalse();
            }
            assertThat(events(ours)).contains("jdk.CPULoad").doesNotContainAnyElementsOf(SECRETIVE);
        }
    }

    @Test
    void noEventOfALibraryIsInIt() throws IOException {
        var address = "redis://canary@redis";
        try (var other = new Recording()) {
            other.enable(Connected.class);
            other.start();
            var id = start("{\"seconds\": 2, \"settings\": \"profile\"}")
                    .get("id")
                    .stringValue();
            var connected = new Connected();
            connected.address = address;
            connected.commit();
            awaitReady(id);
            var ours = file(id).getResponseBody();
            other.stop();
            var theirs = folder.resolve("theirs.jfr");
            other.dump(theirs);

            assertThat(text(Files.readAllBytes(theirs)).contains(address)).isTrue();
            assertThat(text(ours).contains(address)).isFalse();
            assertThat(events(ours)).contains("jdk.CPULoad").allMatch(name -> name.startsWith("jdk."));
        }
    }

    @Name("some.library.Connected")
    static final class Connected extends Event {
        String address;
    }

    /** A new release of the JDK may record a new text: it is to be looked at before operators hand it on. */
    @Test
    void whatElseHoldsTextsWasLookedAt() {
        start("{\"seconds\": 300, \"settings\": \"profile\"}");

        var texts = FlightRecorder.getFlightRecorder().getEventTypes().stream()
                .filter(EventType::isEnabled)
                .filter(type -> type.getName().startsWith("jdk."))
                .filter(type -> type.getFields().stream()
                        .anyMatch(field -> field.getTypeName().equals("java.lang.String")))
                .map(type -> type.getName().replaceFirst("^jdk\\.", ""))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(texts).contains("ExecutionSample").isSubsetOf(LOOKED_AT);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"seconds": 0}                | 422 | seconds  | (expected: 1 to 300)
            {"seconds": 301}              | 422 | seconds  | (expected: 1 to 300)
            {"seconds": -2147483648}      | 422 | seconds  | (expected: 1 to 300)
            {"seconds": 99999999999}      | 400 | seconds  | (expected: an integer)
            {"seconds": 1.5}              | 400 | seconds  | (expected: an integer)
            {"seconds": "5"}              | 400 | seconds  | (expected: an integer)
            {"settings": "everything"}    | 422 | settings | (expected: default, profile)
            {"settings": "/etc/passwd"}   | 422 | settings | (expected: default, profile)
            {"settings": ["profile"]}     | 400 | settings | (expected: text)
            {"file": "/tmp/a.jfr"}        | 400 | file     | member 'file' is not known here
            []                            | 400 |          | the body is of type array
            """)
    void whatIsNotUnderstoodIsRefusedByName(String body, int status, String member, String message) {
        var refused = order(body).expectStatus().isEqualTo(status).expectBody();
        refused.jsonPath("$.message")
                .value(String.class, text -> assertThat(text).contains(message));
        if (member != null) {
            refused.jsonPath("$.member").isEqualTo(member);
        }
        assertThat(items()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody", "01a21e70-3284-7c92-a822-a08b54edc16c", "..%2F..%2Fetc%2Fpasswd"})
    void anotherNameIsNoRecording(String id) {
        for (var path : new String[] {"/" + id, "/" + id + "/file"}) {
            operator.get()
                    .uri(URI.create("http://127.0.0.1:" + app.port() + RECORDINGS + path))
                    .exchange()
                    .expectStatus()
                    .isNotFound();
        }
    }

    @Test
    void itIsForOperatorsAlone() {
        var id = start("{\"seconds\": 300}").get("id").stringValue();
        var tenant = app.tenant();
        var reader = as(RunningApp.READER);

        for (var method : new HttpMethod[] {HttpMethod.GET, HttpMethod.POST}) {
            status(app.client(), method, "", 401);
            status(as(tenant.secret()), method, "", 401);
        }
        status(reader, HttpMethod.GET, "", 200);
        status(reader, HttpMethod.GET, "/" + id, 200);
        status(reader, HttpMethod.POST, "", 403);
        status(reader, HttpMethod.GET, "/" + id + "/file", 403);
        status(reader, HttpMethod.DELETE, "/" + id, 403);
    }

    private static void status(WebTestClient client, HttpMethod method, String path, int status) {
        client.method(method)
                .uri(RECORDINGS + path)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{}")
                .exchange()
                .expectStatus()
                .isEqualTo(status);
    }

    private WebTestClient as(String token) {
        return app.client()
                .mutate()
                .defaultHeader("Authorization", "Bearer " + token)
                .build();
    }

    private JsonNode start(String body) {
        var answer = order(body).expectStatus().isCreated().expectBody().returnResult();
        var begun = RunningApp.json(answer.getResponseBody());
        assertThat(answer.getResponseHeaders().getLocation())
                .hasToString(RECORDINGS + "/" + begun.get("id").stringValue());
        return begun;
    }

    private WebTestClient.ResponseSpec order(String body) {
        return operator.post()
                .uri(RECORDINGS)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange();
    }

    private WebTestClient.ResponseSpec remove(String id) {
        return operator.delete().uri(RECORDINGS + "/" + id).exchange();
    }

    private void awaitReady(String id) {
        await().atMost(SOON)
                .until(() -> get("/" + id).get("state").stringValue().equals("ready"));
        assertThat(get("/" + id).get("file").stringValue()).isEqualTo(RECORDINGS + "/" + id + "/file");
    }

    private List<JsonNode> items() {
        return get("").get("items").valueStream().toList();
    }

    private JsonNode get(String path) {
        var answer = operator.get()
                .uri(RECORDINGS + path)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .returnResult();
        return RunningApp.json(answer.getResponseBody());
    }

    private EntityExchangeResult<byte[]> file(String id) {
        return operator.get()
                .uri(RECORDINGS + "/" + id + "/file")
                .exchange()
                .expectBody()
                .returnResult();
    }

    private Set<String> events(byte[] recording) throws IOException {
        return RecordingFile.readAllEvents(write(recording)).stream()
                .map(event -> event.getEventType().getName())
                .collect(Collectors.toSet());
    }

    /** Returns all that is in a recording as text: what its events tell, and its bytes. */
    private String text(byte[] recording) throws IOException {
        var told = RecordingFile.readAllEvents(write(recording)).stream()
                .map(event -> event.getFields().stream()
                        .map(field -> String.valueOf((Object) event.getValue(field.getName())))
                        .collect(Collectors.joining("\n")))
                .collect(Collectors.joining("\n"));
        return told + new String(recording, StandardCharsets.ISO_8859_1);
    }

    private Path write(byte[] recording) throws IOException {
        return Files.write(folder.resolve("read.jfr"), recording);
    }

    private static RuntimeException thrown(String message) {
        try {
            throw new IllegalStateException(message);
        } catch (IllegalStateException e) {
            return e;
        }
    }

    private static List<Path> filesOfThisProcess() {
        var ours = "rowhouse-recordings-" + ProcessHandle.current().pid() + "-";
        try (var all = Files.walk(Path.of(System.getProperty("java.io.tmpdir")), 2)) {
            return all.filter(path -> path.getParent().getFileName() != null
                            && path.getParent().getFileName().toString().startsWith(ours))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
