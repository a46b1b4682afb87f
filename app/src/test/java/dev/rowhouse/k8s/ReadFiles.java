package dev.rowhouse.k8s;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.util.ClassUtils;

/** The files of configuration that the application reads again when they change, bound as it binds them. */
final class ReadFiles {

    private static final String FOLDER = "/etc/rowhouse/files/";

    private ReadFiles() {}

    /** Returns what of a file's content nothing reads or is refused, and whether the file is not there. */
    static Stream<String> violations(Rendering rendering, String property, String type) {
        var path = rendering.setting(property);
        if (!path.startsWith(FOLDER)) {
            return Stream.of(property + ": " + path + " is not mounted");
        }
        var name = path.substring(FOLDER.length());
        var contents = rendering
                .of("ConfigMap")
                .map(map -> map.json().path("data").path(name).asString(""))
                .filter(content -> !content.isEmpty())
                .toList();
        return contents.size() == 1
                ? refused(contents.getFirst(), ClassUtils.resolveClassName(type, ReadFiles.class.getClassLoader()))
                : Stream.of(name + " is in " + contents.size() + " ConfigMaps");
    }

    private static Stream<String> refused(String yaml, Class<?> type) {
        try {
            var resource = new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8));
            var sources = new YamlPropertySourceLoader()
                    .load("file", resource).stream()
                            .map(ConfigurationPropertySource::from)
                            .toList();
            new Binder(sources)
                    .bind("rowhouse", Bindable.of(type), new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
            return Stream.of();
        } catch (BindException refused) {
            return Stream.of(String.valueOf(refused.getMessage()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
