package dev.rowhouse.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An image as a container runtime has it before it starts: its layers one above the other, and its configuration.
 *
 * @param layers digest of each by its name
 */
record Unpacked(Path root, JsonNode config, Map<String, String> layers) {

    static Unpacked of(Path image, Path directory) throws IOException {
        var layout = Files.createDirectories(directory.resolve("layout"));
        tar(image, layout);
        var manifest = blob(
                layout,
                json(layout.resolve("index.json")).at("/manifests/0/digest").asString());
        var config = json(blob(layout, json(manifest).at("/config/digest").asString()));
        var root = Files.createDirectories(directory.resolve("unpacked"));
        var names = new ArrayList<String>();
        config.at("/history").forEach(step -> names.add(step.at("/comment").asString()));
        var layers = new TreeMap<String, String>();
        for (var layer : json(manifest).at("/layers")) {
            var digest = layer.at("/digest").asString();
            tar(blob(layout, digest), root);
            layers.put(names.get(layers.size()), digest);
        }
        return new Unpacked(root, config.at("/config"), layers);
    }

    List<String> entryPoint() {
        var words = new ArrayList<String>();
        config.at("/Entrypoint").forEach(word -> words.add(word.asString()));
        return words;
    }

    String user() {
        return config.at("/User").asString();
    }

    String workingDirectory() {
        return config.at("/WorkingDir").asString();
    }

    /** Returns the files that hold the text. */
    List<Path> holding(String text) throws IOException {
        var found = new ArrayList<Path>();
        try (var files = Files.walk(root)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(text)) {
                    found.add(root.relativize(file));
                }
            }
        }
        return found;
    }

    private static JsonNode json(Path file) throws IOException {
        return JsonMapper.shared().readTree(Files.readString(file));
    }

    private static Path blob(Path layout, String digest) {
        return layout.resolve("blobs").resolve(digest.replace(':', '/'));
    }

    private static void tar(Path archive, Path directory) throws IOException {
        Command.run(directory, List.of("tar", "--extract", "--same-permissions", "--file", archive.toString()));
    }
}
