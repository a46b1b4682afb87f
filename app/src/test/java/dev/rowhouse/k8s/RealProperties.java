package dev.rowhouse.k8s;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.type.classreading.MetadataReader;
import org.springframework.util.ClassUtils;

/** The properties that the product reads: its classes are bound to what a deployment sets, and what none of them takes is unknown. */
final class RealProperties {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{(rowhouse\\.[^:}]+)");
    private static final List<Class<?>> CLASSES = annotated();
    private static final Set<String> SINGLE = single();

    private RealProperties() {}

    /** Returns what of {@code rowhouse.*} nothing reads, and what is refused by who reads it. */
    static Stream<String> violations(Settings settings) {
        var violations = new ArrayList<String>();
        var read = new HashSet<>(SINGLE);
        var binder = Binder.get(environment(settings));
        for (var type : CLASSES) {
            var properties = type.getAnnotation(ConfigurationProperties.class);
            if (properties == null) {
                continue;
            }
            try {
                binder.bind(properties.value(), Bindable.of(type), new Noting(read));
            } catch (RuntimeException refused) {
                violations.add(rootMessage(refused));
            }
        }
        Stream.concat(settings.names(), settings.variables().keySet().stream())
                .filter(name -> plain(name).startsWith("rowhouse"))
                .filter(name -> !read.contains(plain(name)))
                .map(name -> name + " is read by nothing")
                .forEach(violations::add);
        return violations.stream();
    }

    private static StandardEnvironment environment(Settings settings) {
        var environment = new StandardEnvironment();
        var sources = environment.getPropertySources();
        sources.forEach(source -> sources.remove(source.getName()));
        Map<String, Object> variables = new HashMap<>(settings.variables());
        Map<String, Object> files = new HashMap<>(settings.files());
        sources.addLast(new SystemEnvironmentPropertySource(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
        sources.addLast(new MapPropertySource("files", files));
        return environment;
    }

    // As a variable and as a property one name has two spellings.
    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    /** Notes whatever was bound. */
    private record Noting(Set<String> read) implements BindHandler {

        @Override
        public Object onSuccess(
                ConfigurationPropertyName name, Bindable<?> target, BindContext context, Object result) {
            if (context.getConfigurationProperty() != null) {
                read.add(plain(name.toString()));
            }
            return result;
        }
    }

    private static Set<String> single() {
        var names = new HashSet<String>();
        CLASSES.stream()
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .flatMap(RealProperties::values)
                .forEach(value ->
                        PLACEHOLDER.matcher(value).results().forEach(found -> names.add(plain(found.group(1)))));
        return names;
    }

    private static Stream<String> values(Method method) {
        return Arrays.stream(method.getParameters())
                .flatMap(parameter -> Stream.ofNullable(parameter.getAnnotation(Value.class)))
                .map(Value::value);
    }

    private static List<Class<?>> annotated() {
        // Without their conditions: here all are looked at, whatever is set.
        var scanner = new ClassPathScanningCandidateComponentProvider(false) {
            @Override
            protected boolean isCandidateComponent(MetadataReader found) {
                var annotations = found.getAnnotationMetadata();
                return annotations.hasAnnotation(ConfigurationProperties.class.getName())
                        || annotations.hasAnnotation(Configuration.class.getName());
            }
        };
        return scanner.findCandidateComponents("dev.rowhouse.app").stream()
                .<Class<?>>map(found ->
                        ClassUtils.resolveClassName(found.getBeanClassName(), RealProperties.class.getClassLoader()))
                .toList();
    }

    private static String rootMessage(Throwable failure) {
        var cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }
}
