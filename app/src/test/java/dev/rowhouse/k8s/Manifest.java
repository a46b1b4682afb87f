package dev.rowhouse.k8s;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** One object as it would be sent to the API server. */
record Manifest(ObjectNode json) {

    private static final JsonMapper JSON = new JsonMapper();

    /** Reads all documents of a YAML text. */
    static List<Manifest> read(String yaml) {
        var options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setMaxAliasesForCollections(200);
        var documents = new Yaml(new SafeConstructor(options)).loadAll(yaml);
        return StreamSupport.stream(documents.spliterator(), false)
                .filter(Objects::nonNull)
                .map(document -> new Manifest(JSON.valueToTree(document)))
                .toList();
    }

    static List<Manifest> read(Path file) {
        try {
            return read(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A value of YAML as JSON. */
    static JsonNode value(String yaml) {
        return JSON.valueToTree(new Yaml(new SafeConstructor(new LoaderOptions())).<Object>load(yaml));
    }

    String apiVersion() {
        return json.path("apiVersion").asString("");
    }

    String kind() {
        return json.path("kind").asString("");
    }

    String name() {
        return json.at("/metadata/name").asString("");
    }

    String namespace() {
        return json.at("/metadata/namespace").asString("");
    }

    /** Kind and name, as kubectl prints them. */
    String id() {
        return kind() + "/" + name();
    }

    boolean is(String kind, String name) {
        return kind().equals(kind) && name().equals(name);
    }

    JsonNode at(String pointer) {
        return json.at(pointer);
    }

    Manifest copy() {
        return new Manifest(json.deepCopy());
    }

    /** What the pods of a workload are made from; missing for everything else. */
    JsonNode pod() {
        return json.at("/spec/template/spec");
    }

    Stream<JsonNode> containers() {
        return Stream.of("containers", "initContainers")
                .flatMap(kind -> pod().path(kind).valueStream());
    }

    /** The labels of a workload's pods. */
    Map<String, String> podLabels() {
        return strings(json.at("/spec/template/metadata/labels"));
    }

    static Map<String, String> strings(JsonNode object) {
        return object.propertyStream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().asString("")));
    }

    @Override
    public String toString() {
        return id();
    }
}
