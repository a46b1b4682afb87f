package dev.rowhouse.app;

import dev.rowhouse.platform.background.BackgroundWork;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.env.PropertiesPropertySourceLoader;
import org.springframework.boot.env.PropertySourceLoader;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.io.ByteArrayResource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * A file of configuration that is read again whenever it changes, such as a mounted ConfigMap. What it says is taken as a
 * whole or not at all: while it is wrong, all stays as it was.
 *
 * @param <T> what the prefix {@code rowhouse} of the file is bound to; a member that it does not know is wrong
 */
final class ConfigurationFile<T> {

    private static final Logger log = LoggerFactory.getLogger(ConfigurationFile.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final byte[] NOTHING = {};

    private final Path file;
    private final String what;
    private final Class<T> type;
    private final Function<@Nullable T, String> take;
    private byte[] seen = NOTHING;
    private volatile boolean refused;

    /**
     * @param what such as {@code plans}
     * @param take takes over what the file says, null for nothing, and returns in a few words what that was; fails with an
     *     {@link IllegalArgumentException} if it is wrong, and then has taken nothing
     */
    ConfigurationFile(Path file, String what, Class<T> type, Function<@Nullable T, String> take) {
        this.file = file;
        this.what = what;
        this.type = type;
        this.take = take;
    }

    /** Reads it; what is wrong with it now fails the start. */
    void read() {
        seen = bytes();
        take(seen);
    }

    /** Begins to look for changes. */
    void follow(BackgroundWork background, MeterRegistry meters) {
        Gauge.builder("rowhouse.configuration.refused", () -> refused ? 1 : 0)
                .description("1 while the last change of the file is wrong, and so not taken")
                .tag("file", what)
                .register(meters);
        background.repeat(
                "looking at the file of " + what,
                LOOK,
                Mono.<Void>fromRunnable(this::look).subscribeOn(Schedulers.boundedElastic()));
    }

    /** Takes over what has changed since the last look. */
    void look() {
        var now = bytes();
        if (Arrays.equals(now, seen)) {
            return;
        }
        seen = now;
        try {
            log.info("{} taken over from {}: {}", what, file, take(now));
            refused = false;
        } catch (IllegalArgumentException invalid) {
            log.warn("{} stay as they are: {}", what, invalid.getMessage());
            refused = true;
        }
    }

    private String take(byte[] content) {
        try {
            var handler = new NoUnboundElementsBindHandler(BindHandler.DEFAULT);
            var bound = new Binder(sources(content)).bind("rowhouse", Bindable.of(type), handler);
            return take.apply(bound.isBound() ? bound.get() : null);
        } catch (RuntimeException | IOException invalid) {
            throw new IllegalArgumentException(file + ": " + reason(invalid), invalid);
        }
    }

    private Iterable<ConfigurationPropertySource> sources(byte[] content) throws IOException {
        var loaded = loader().load(file.toString(), new ByteArrayResource(content));
        return loaded.stream().map(ConfigurationPropertySource::from).collect(Collectors.toList());
    }

    private PropertySourceLoader loader() {
        return file.toString().endsWith(".properties")
                ? new PropertiesPropertySourceLoader()
                : new YamlPropertySourceLoader();
    }

    // Names the member: the innermost refusal that says something of it.
    private static String reason(Throwable failure) {
        @Nullable Throwable cause = failure;
        while (cause != null) {
            if (cause instanceof UnboundConfigurationPropertiesException unknown) {
                return unknown.getUnboundProperties().stream()
                                .map(property -> property.getName().toString())
                                .collect(Collectors.joining(", "))
                        + " is not known (see the README's tables)";
            }
            cause = cause.getCause();
        }
        if (failure instanceof BindException wrong && wrong.getProperty() != null) {
            var property = wrong.getProperty();
            return property.getName() + ": '" + property.getValue() + "' is no value of its type, "
                    + wrong.getTarget().getType();
        }
        return String.valueOf(failure.getMessage()).replaceAll("\\s+", " ");
    }

    private byte[] bytes() {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException("the file of " + what + " cannot be read", e);
        }
    }
}
