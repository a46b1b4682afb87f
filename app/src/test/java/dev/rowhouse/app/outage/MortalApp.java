package dev.rowhouse.app.outage;

import dev.rowhouse.app.RowhouseApplication;
import dev.rowhouse.tenancy.onboarding.WarmPoolSettings;
import dev.rowhouse.tenancy.operation.Failpoint;
import dev.rowhouse.tenancy.operation.RunnerSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import reactor.core.publisher.Mono;

/**
 * The application in a process that can be killed in the middle of an operation: it takes the name of a failpoint as a
 * line, and whatever reaches that failpoint then stops there and says so. Who dies soon is also impatient: its leases and
 * deadlines are short.
 */
final class MortalApp {

    /** Instead of a failpoint: the process is to end in order. */
    static final String END = "end";

    private static final Duration LEASE = Duration.ofMillis(900);
    private static final Duration OFTEN = Duration.ofMillis(100);
    // Each time it looks it connects to the shard.
    private static final Duration SWEEP = Duration.ofMillis(500);
    private static final Duration BUILD_DEADLINE = Duration.ofSeconds(5);

    private static final AtomicReference<@Nullable String> armed = new AtomicReference<>();

    private MortalApp() {}

    public static void main(String[] arguments) throws IOException {
        var context = (ReactiveWebServerApplicationContext) new SpringApplicationBuilder(RowhouseApplication.class)
                .initializers(fresh -> {
                    fresh.getBeanFactory().addBeanPostProcessor(new Impatience());
                    ((GenericApplicationContext) fresh).registerBean(Failpoint.class, () -> MortalApp::reached);
                })
                .run(arguments);
        say("ready " + context.getWebServer().getPort());
        var orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (var point = orders.readLine(); point != null; point = orders.readLine()) {
            if (point.equals(END)) {
                System.exit(0);
            }
            armed.set(point);
            say("armed " + point);
        }
        // Nobody is left who would end this process.
        Runtime.getRuntime().halt(1);
    }

    private static Mono<Void> reached(String point) {
        return point.equals(armed.get())
                ? Mono.<Void>never().doOnSubscribe(_ -> say("reached " + point))
                : Mono.empty();
    }

    private static void say(String line) {
        System.out.println(line);
    }

    private static final class Impatience implements BeanPostProcessor {

        @Override
        public Object postProcessAfterInitialization(Object bean, String name) {
            return switch (bean) {
                case RunnerSettings settings ->
                    new RunnerSettings(LEASE, OFTEN, settings.attempts(), settings.backoff(), settings.concurrency());
                case WarmPoolSettings settings ->
                    new WarmPoolSettings(
                            settings.size(), settings.batch(), OFTEN, SWEEP, BUILD_DEADLINE, settings.scratchAge());
                default -> bean;
            };
        }
    }
}
