package dev.rowhouse.bench;

import dev.rowhouse.app.RowhouseApplication;
import dev.rowhouse.tenancy.Actor;
import dev.rowhouse.tenancy.Caller;
import dev.rowhouse.tenancy.CallerClass;
import dev.rowhouse.tenancy.Slug;
import dev.rowhouse.tenancy.directory.Residents;
import dev.rowhouse.tenancy.onboarding.NewTenant;
import dev.rowhouse.tenancy.onboarding.Onboarding;
import dev.rowhouse.tenancy.operation.Operation;
import dev.rowhouse.tenancy.operation.Operations;
import io.netty.util.internal.PlatformDependent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ApplicationContext;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * The product as it is, in a process of its own, which can also be asked:
 *
 * <ul>
 *   <li>{@code onboard <prefix> <count> <concurrency>} orders tenants without HTTP and is answered, when all are active,
 *       with the tenants per second; slug and key of each are added to the file {@code bench.tenants};
 *   <li>{@code memory} collects garbage and is answered with the bytes that are left, on the heap and in direct buffers;
 *   <li>{@code statement <slug> <index of the scenario>} is answered with a {@link ProductStatement} as JSON.
 * </ul>
 */
final class Product {

    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    private final Onboarding onboarding;
    private final Operations operations;
    private final Residents residents;
    private final Path tenants;

    private Product(ApplicationContext context) {
        this.onboarding = context.getBean(Onboarding.class);
        this.operations = context.getBean(Operations.class);
        this.residents = context.getBean(Residents.class);
        this.tenants = Path.of(context.getEnvironment().getRequiredProperty("bench.tenants"));
    }

    public static void main(String[] arguments) throws IOException {
        var product = new Product(SpringApplication.run(RowhouseApplication.class, arguments));
        System.out.println(JavaProcess.READY);
        try (var questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (var line = questions.readLine(); line != null; line = questions.readLine()) {
                System.out.println(JavaProcess.ANSWER + product.answer(line.split(" ")));
            }
        }
        System.exit(0);
    }

    private String answer(String[] words) {
        return switch (words[0]) {
            case "memory" -> Long.toString(memory());
            case "statement" -> statement(words[1], Integer.parseInt(words[2]));
            default -> onboard(words[1], Integer.parseInt(words[2]), Integer.parseInt(words[3]));
        };
    }

    private static long memory() {
        System.gc();
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory() + Math.max(0, PlatformDependent.usedDirectMemory());
    }

    private String statement(String slug, int scenario) {
        var resident = Objects.requireNonNull(residents.find(new Slug(slug)).block(TIMEOUT));
        var house = Objects.requireNonNull(resident.tenant().house());
        var statement = Scenario.all().get(scenario).sql().of(resident.catalog(), house);
        return JsonMapper.shared()
                .writeValueAsString(new ProductStatement(
                        house.schema().value(),
                        house.id().role(CallerClass.SERVICE).value(),
                        Caller.ofKey(CallerClass.SERVICE).claims(),
                        statement.sql(),
                        statement.values()));
    }

    private String onboard(String prefix, int count, int concurrency) {
        long start = System.nanoTime();
        Flux.range(1, count)
                .flatMap(number -> onboard(prefix + number), concurrency)
                .then()
                .block(TIMEOUT);
        return Double.toString(count / ((System.nanoTime() - start) / 1e9));
    }

    private Mono<Void> onboard(String slug) {
        var order = new NewTenant(new Slug(slug), slug, "standard", BenchStreet.BLUEPRINT, null, null, Map.of());
        return onboarding
                .accept(order, null, new Actor("operator:benchmark"))
                .flatMap(accepted -> operations
                        .changes(accepted.operation().id())
                        .last()
                        .doOnNext(Product::requireSuccess)
                        .then(Mono.fromRunnable(() -> keep(slug, accepted))));
    }

    private synchronized void keep(String slug, Onboarding.Accepted accepted) {
        try {
            var line = slug + "\t" + Objects.requireNonNull(accepted.keys()).secret() + "\n";
            Files.writeString(tenants, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void requireSuccess(Operation operation) {
        if (operation.state() != Operation.State.SUCCEEDED) {
            throw new IllegalStateException("onboarding ended as " + operation.state() + ": " + operation.error());
        }
    }
}
