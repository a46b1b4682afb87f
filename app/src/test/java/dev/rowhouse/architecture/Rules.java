package dev.rowhouse.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaAccess.Predicates;
import com.tngtech.archunit.lang.ArchRule;
import dev.rowhouse.platform.cache.CacheKey;
import org.jspecify.annotations.NullMarked;
import org.reactivestreams.Publisher;
import org.springframework.web.server.WebFilter;

// spotless:off
/** The map in the README, held by the build. Laid out by hand: one rule, one reading. */
final class Rules {

    static final ArchRule MODULES_LOOK_DOWN_ONLY = layeredArchitecture().consideringOnlyDependenciesInAnyPackage("dev.rowhouse..")
            .layer("app").definedBy("dev.rowhouse.app..")
            .layer("tenancy").definedBy("dev.rowhouse.tenancy..")
            .layer("platform").definedBy("dev.rowhouse.platform..")
            .whereLayer("app").mayNotBeAccessedByAnyLayer()
            .whereLayer("tenancy").mayOnlyBeAccessedByLayers("app")
            .whereLayer("platform").mayOnlyBeAccessedByLayers("app", "tenancy");

    static final ArchRule PACKAGES_FORM_NO_CYCLE = slices().matching("dev.rowhouse.(*).(*)..").should().beFreeOfCycles();

    static final ArchRule SHARED_WORDS_STAND_ALONE = noClasses().that().resideInAPackage("dev.rowhouse.tenancy")
            .should().dependOnClassesThat().resideInAPackage("dev.rowhouse.tenancy.*..")
            .because("what every package of a module uses must use none of them");

    static final ArchRule FEW_PACKAGES_OPEN_CONNECTIONS = noClasses().that().resideOutsideOfPackages(
                    "dev.rowhouse.platform.postgres..", "dev.rowhouse.platform.database..", "dev.rowhouse.tenancy.shard..", "dev.rowhouse.tenancy.house..")
            .should().dependOnClassesThat().resideInAnyPackage("io.r2dbc.postgresql..", "io.r2dbc.pool..", "reactor.pool..")
            .orShould().dependOnClassesThat().haveNameMatching("io\\.r2dbc\\.spi\\.Connection(Factory)?")
            .because("a connection taken past TenantDatabase has no tenant");

    static final ArchRule TENANTS_DATA_COMES_FROM_THE_SHARD_PACKAGE = noClasses().that().resideInAPackage("dev.rowhouse.app..")
            .should().dependOnClassesThat().resideInAnyPackage("org.springframework.r2dbc..")
            .because("the application reads a tenant through TenantDatabase and everything else through tenancy");

    static final ArchRule THE_DIALECT_IS_PURE = noClasses().that().resideInAnyPackage(
                    "dev.rowhouse.app.data.query..", "dev.rowhouse.app.data.plan..", "dev.rowhouse.app.data.sql..")
            .should().dependOnClassesThat().resideInAnyPackage(
                    "reactor..", "org.reactivestreams..", "org.springframework..", "io.netty..", "io.r2dbc..", "java.net..", "java.nio.file..")
            .because("parsing, planning and SQL are functions: no I/O, no time, no framework");

    static final ArchRule KAFKA_STAYS_BEHIND_MESSAGING = noClasses().that().resideOutsideOfPackage("dev.rowhouse.platform.messaging..")
            .should().dependOnClassesThat().resideInAnyPackage("reactor.kafka..", "org.apache.kafka..")
            .because("reactor-kafka has ended: what replaces it may touch one package");

    static final ArchRule REDIS_IS_SPOKEN_TO_IN_TWO_PLACES = noClasses().that().resideOutsideOfPackages(
                    "dev.rowhouse.platform.cache..", "dev.rowhouse.platform.limits..", "dev.rowhouse.platform.redis..")
            .should().dependOnClassesThat().resideInAnyPackage("io.lettuce..", "org.springframework.data.redis..")
            .because("what lies in Redis without its owner's name is somebody else's sooner or later");

    static final ArchRule VAULT_STAYS_BEHIND_SECRETS = noClasses().that().resideOutsideOfPackage("dev.rowhouse.platform.secrets..")
            .should().dependOnClassesThat().resideInAnyPackage("io.github.jopenlibs..")
            .because("the driver blocks, and its errors show what was sent");

    static final ArchRule WHAT_IS_KEPT_HAS_A_TYPED_KEY = methods().that().areDeclaredInClassesThat().resideInAPackage("dev.rowhouse.platform.cache..")
            .and().arePublic().and().haveNameMatching("get|put|find|keep|forget")
            .should().haveRawParameterTypes(describe("that begin with a CacheKey",
                    types -> !types.isEmpty() && types.getFirst().isEquivalentTo(CacheKey.class)))
            .because("a key put together by hand is equal to another tenant's for some value of a part");

    static final ArchRule NOTHING_BLOCKS = noClasses()
            .should().accessTargetWhere(publisherMethod("block|blockFirst|blockLast|blockOptional|toIterable|toStream"))
            .because("one blocked event loop stalls every tenant on it");

    static final ArchRule NOTHING_IS_KEPT_IN_A_THREAD = noClasses().should().dependOnClassesThat().areAssignableTo(ThreadLocal.class)
            .because("a thread serves many tenants and a request runs on many threads");

    static final ArchRule ONLY_BACKGROUND_WORK_SUBSCRIBES = noClasses().that().resideOutsideOfPackage("dev.rowhouse.platform.background..")
            .should().accessTargetWhere(publisherMethod("subscribe"))
            .because("a chain subscribed by hand has lost the tenant, the error and the cancellation of its request");

    static final ArchRule TENANCY_KNOWS_NO_HTTP = noClasses().that().resideInAnyPackage("dev.rowhouse.tenancy..", "dev.rowhouse.platform..")
            .should().dependOnClassesThat().resideInAnyPackage("org.springframework.http..", "org.springframework.web..")
            .because("how a refusal is answered is decided in app.problem");

    static final ArchRule PLATFORM_KNOWS_NO_SPRING_BOOT = noClasses().that().resideInAnyPackage("dev.rowhouse.tenancy..", "dev.rowhouse.platform..")
            .should().dependOnClassesThat().resideInAnyPackage("org.springframework.boot..", "org.springframework.context..", "org.springframework.stereotype..")
            .because("the wiring is the application's");

    static final ArchRule FILTERS_LIVE_AT_THE_EDGE = classes().that().implement(WebFilter.class)
            .should().resideInAPackage("dev.rowhouse.app.edge..")
            .because("the order of the edge must be visible in one folder");

    static final ArchRule EVERY_PACKAGE_IS_NULL_MARKED = classes().should(be(describe(
            "in a @NullMarked package", type -> type.getPackage().isAnnotatedWith(NullMarked.class))));

    static final ArchRule NAMES_SAY_WHAT_A_THING_IS = noClasses()
            .should().haveNameMatching(".*(Impl|Manager|Helper|Utils?|Processor|Info|Data)")
            .because("such a name fits anything");

    private Rules() {}

    private static DescribedPredicate<JavaAccess<?>> publisherMethod(String names) {
        return Predicates.target(nameMatching(names)).and(Predicates.target(owner(assignableTo(Publisher.class)))).as("%s of a Publisher", names);
    }
}
// spotless:on
