package dev.rowhouse.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import dev.rowhouse.app.broken.BrokenApp;
import dev.rowhouse.platform.broken.BrokenPlatform;
import dev.rowhouse.tenancy.BrokenWord;
import dev.rowhouse.tenancy.broken.BrokenTenancy;
import dev.rowhouse.tenancy.catalog.BrokenCycle;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every rule holds on the product and fails on code that was written to break it. */
class RulesTest {

    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("dev.rowhouse");

    // Once: whatever they use is read from the class path with them.
    private static final JavaClasses BROKEN = new ClassFileImporter()
            .importClasses(
                    BrokenApp.class,
                    BrokenTenancy.class,
                    BrokenPlatform.class,
                    dev.rowhouse.platform.cache.BrokenCache.class,
                    BrokenWord.class,
                    BrokenCycle.class,
                    dev.rowhouse.app.data.query.BrokenQuery.class,
                    dev.rowhouse.unmarked.BrokenManager.class);

    static Stream<Arguments> rules() {
        return Arrays.stream(Rules.class.getDeclaredFields())
                .filter(field -> ArchRule.class.isAssignableFrom(field.getType()))
                .map(field -> Arguments.of(field.getName(), rule(field)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void holds(String name, ArchRule rule) {
        rule.check(PRODUCT);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void canFail(String name, ArchRule rule) {
        assertThat(rule.allowEmptyShould(true).evaluate(BROKEN).hasViolation()).isTrue();
    }

    private static ArchRule rule(java.lang.reflect.Field field) {
        try {
            return (ArchRule) field.get(null);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
